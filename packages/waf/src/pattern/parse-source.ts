import { toByteString } from "../text/index.ts";
import type { PatternOptions } from "./contract.ts";
import { type Parsed, parsePattern } from "./parse.ts";

/** Reads a pattern with the flags that rules give it: `.` means every byte. A character above U+00FF stands for its UTF-8 bytes. */
export function parseSource(source: string, options: Pick<PatternOptions, "ignoreCase" | "multiline">): Parsed {
  const bytes = source.replace(/[^\0-\xff]+/g, (text) => toByteString(text));
  return parsePattern(bytes, {
    ignoreCase: options.ignoreCase ?? false,
    dotAll: true,
    multiline: options.multiline ?? false,
    extended: false,
  });
}
