/** What the page asks a tower. */

import { type Dbn, parametersSha256 } from "#src/index.js";
import { errorRate, readDigit } from "./reading.js";

export type DeepCommand =
  | { readonly what: "read"; readonly read: number; readonly drawing: string }
  | { readonly what: "error" }
  | { readonly what: "sha256" };

export function told(dbn: Dbn, command: DeepCommand): Promise<unknown> {
  if (command.what === "read") return readDigit(dbn, command);
  return command.what === "error" ? errorRate(dbn) : parametersSha256(dbn);
}
