import type { Rbm } from "../machines/rbm.js";

/** SHA-256 (hex) of the parameters: weights [visible, hidden], visible bias, hidden bias as little-endian float32, in this order. */
export async function parametersSha256(rbm: Rbm): Promise<string> {
  const all = new Float32Array(rbm.weights.length + rbm.visible + rbm.hidden);
  all.set(rbm.weights);
  all.set(rbm.visibleBias, rbm.weights.length);
  all.set(rbm.hiddenBias, rbm.weights.length + rbm.visible);
  const digest = await crypto.subtle.digest("SHA-256", all);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
