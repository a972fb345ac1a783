import type { BodyProblem } from "./contract.ts";

/** A multipart body that has been read to its last delimiter. */
interface ReadMultipart {
  readonly text: string;
  /** Two hyphens and the boundary. */
  readonly delimiter: string;
  /** How many of them were taken for such. */
  readonly delimiters: number;
  /** Where the first of them begins, and where the line of the last one ends. */
  readonly start: number;
  readonly end: number;
  readonly hasTwoLineEnds: boolean;
}

/**
 * What other readers may find in the body where ours finds nothing. None of it comes from an honest client: a boundary is made so that it
 * stands nowhere else (RFC 2046 section 5.1.1). Linear.
 */
export function doubtOf({ text, delimiter, delimiters, start, end, hasTwoLineEnds }: ReadMultipart): BodyProblem | undefined {
  // Readers look for it anywhere (undici, Tomcat, Django), behind a bare CR (Werkzeug), or go on behind the last one (PHP, busboy).
  if (occursMoreOften(text, delimiter, delimiters)) return ambiguous("The boundary stands where no part begins.");
  // Django takes what stands around the parts for parts, if it has headers.
  if (hasColon(text, 0, start) || hasColon(text, end, text.length)) return ambiguous("There are headers outside of the parts.");
  if (hasTwoLineEnds) return ambiguous("Lines of the multipart body end in two ways.");
  return undefined;
}

function occursMoreOften(text: string, delimiter: string, times: number): boolean {
  let count = 0;
  for (let at = text.indexOf(delimiter); at !== -1 && count <= times; at = text.indexOf(delimiter, at + 1)) count++;
  return count > times;
}

function hasColon(text: string, from: number, to: number): boolean {
  return text.slice(from, to).includes(":");
}

function ambiguous(message: string): BodyProblem {
  return { fault: "ambiguous", message };
}
