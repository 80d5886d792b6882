import { HarmoniumError } from "#src/errors.js";

/** The HarmoniumError that the call ends in, thrown or rejected; fails when there is none, or another error. */
export async function refusal(call: () => unknown): Promise<HarmoniumError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof HarmoniumError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
