import { type Machine, machineTensors } from "./model.js";

/**
 * SHA-256 (hex) of the parameters, little-endian, in this order: an RBM's weights [visible, hidden], visible bias and hidden bias as
 * float32; a network's weights [N, N] and bias [N] as float64; a classifier's weights and bias of each layer as float32; a deep belief
 * network's arrays from below, as float32, in dbnArrays' order; a deep Boltzmann machine's in that of dbmArrays.
 */
export async function parametersSha256(machine: Machine): Promise<string> {
  const parts = Object.values(machineTensors(machine)).filter(({ dtype }) => dtype !== "U32");
  const all = new Uint8Array(parts.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  for (const { data } of parts) {
    all.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const digest = await crypto.subtle.digest("SHA-256", all);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
