/**
 * Whom the lab's server answers: pages of its own, on this machine. A page of another site can make the browser send requests here, and can
 * have its own name lead here (DNS rebinding); what tells them apart are the Host, the Origin and what the browser says of the asker.
 */

import type { IncomingMessage } from "node:http";

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

const OWN_NAMES = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Why a request gets no answer; undefined where it gets one. */
export function refusalOf({ method, headers, headersDistinct }: IncomingMessage): Refusal | undefined {
  const hosts = headersDistinct["host"] ?? [];
  const host = hosts[0] ?? "";
  // any port: an SSH tunnel has its own
  if (hosts.length !== 1 || !OWN_NAMES.test(host)) {
    return { status: 403, text: `Host: got “${host.slice(0, 80)}”; expected 127.0.0.1 or localhost.` };
  }
  const foreign = (headersDistinct["origin"] ?? []).find((origin) => origin !== `http://${host}`);
  if (foreign !== undefined) {
    return { status: 403, text: `Origin: got “${foreign.slice(0, 80)}”; expected the lab's own pages.` };
  }
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, text: `Method: got ${method?.slice(0, 20)}; expected GET or HEAD. The lab changes nothing.` };
  }
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) !== 0) {
    return { status: 413, text: "Body: got one; expected none." };
  }
  return undefined;
}

/** Why a request for a run's data gets no answer: another site asks, if only for an image or a script. */
export function foreignSite({ headers }: IncomingMessage): Refusal | undefined {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return undefined;
  return { status: 403, text: "Sec-Fetch-Site: got another site; expected the lab's own pages." };
}

/**
 * The parts of a request's path, decoded; undefined for one that is none or that could name something above or beside: `..`, a separator or a
 * null byte inside a part, a percent sign that encodes nothing.
 */
export function pathParts(url: string): readonly string[] | undefined {
  const [path = ""] = url.split("?");
  if (!path.startsWith("/")) return undefined;
  try {
    const parts = path.slice(1).split("/").map(decodeURIComponent);
    const wrong = parts.some((part, i) => /[/\\\0]/.test(part) || /^\.{1,2}$/.test(part) || (part === "" && i > 0));
    return wrong ? undefined : parts;
  } catch {
    return undefined;
  }
}
