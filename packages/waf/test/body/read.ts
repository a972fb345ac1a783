import { Buffer } from "node:buffer";
import { type BodyFacts, type BodyLimits, openBody, planBody } from "../../src/body/index.ts";

export const LIMITS: BodyLimits = { bytesMax: 131_072, argumentsMax: 1_000, depthMax: 100, argumentSeparator: "&" };

/** Reads a body given as a byte string, in one piece or cut at the places given. */
export function readBody(contentType: string, body: string, limits: Partial<BodyLimits> = {}, cuts: readonly number[] = []): BodyFacts {
  const reader = openBody(planBody([["Content-Type", contentType]]), { ...LIMITS, ...limits });
  const bytes = Buffer.from(body, "latin1");
  let start = 0;
  for (const cut of [...cuts].sort((one, two) => one - two)) {
    reader.feed(bytes.subarray(start, Math.max(start, cut)));
    start = Math.max(start, cut);
  }
  reader.feed(bytes.subarray(start));
  return reader.end();
}
