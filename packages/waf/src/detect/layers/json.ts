// JSON inside a value: its texts are values of their own.
import { fromByteString, toByteString } from "../../text/index.ts";

/** Longest value that is read as JSON, in bytes; longer ones are looked at as they stand. */
const JSON_BYTES_MAX = 65_536;
/** Texts and names handed on, and how deep they are looked for. */
const TEXTS_MAX = 512;
const DEPTH_MAX = 32;

/** Calls `give` with every text and name of a value that is JSON; says whether it is. */
export function peelJson(value: string, give: (text: string) => void): boolean {
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  if (value.length > JSON_BYTES_MAX) return false;
  if (!((first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d) || (first === 0x22 && last === 0x22 && value.length > 2)))
    return false;
  const read = parse(fromByteString(value));
  if (read === undefined) return false;
  walk(read.value, give);
  return true;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Not JSON after all: an answer, and the only one JSON.parse has for it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function walk(root: unknown, give: (text: string) => void): void {
  let texts = 0;
  const open: (readonly [unknown, number])[] = [[root, 0]];
  for (let next = open.pop(); next !== undefined && texts < TEXTS_MAX; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === "string") {
      texts++;
      give(toByteString(value));
    } else if (typeof value === "object" && value !== null && depth < DEPTH_MAX) {
      for (const [name, inner] of Object.entries(value)) {
        if (open.length + texts > TEXTS_MAX) break;
        if (!Array.isArray(value)) open.push([name, depth + 1]);
        open.push([inner, depth + 1]);
      }
    }
  }
}
