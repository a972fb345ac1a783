import type { BodyLimits, BodyProblem } from "./contract.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Follows the depth of a JSON text as its pieces come, so that a bomb is refused before it is whole. */
export function createJsonGuard(limits: BodyLimits): (chunk: Uint8Array) => BodyProblem | undefined {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;

  return (chunk) => {
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
        continue;
      }
      if (byte === QUOTE) isInString = true;
      else if (byte === 0x7b || byte === 0x5b) depth++;
      else if (byte === 0x7d || byte === 0x5d) depth--;
      if (depth > limits.depthMax) return { fault: "limit", message: "The JSON text is nested too deeply." };
    }
    return undefined;
  };
}
