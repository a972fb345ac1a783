import type { Source } from "../rule/index.ts";

/** One directive with its continuation lines put together. */
export interface Line {
  readonly text: string;
  readonly source: Source;
}

const STARTS_DIRECTIVE = /^[ \t]*(?:Sec[A-Z]|Include|<)/i;

/**
 * A file's text as directives: comments and empty lines are gone, a backslash at the end of a line joins the next one to it.
 * `onSwallowed` hears of a comment that ends in a backslash right above a directive: Apache would take that directive for a part of the
 * comment, which switches a rule off unseen; here it stands.
 */
export function splitLines(text: string, file: string, onSwallowed: (source: Source) => void): Line[] {
  const lines: Line[] = [];
  const physical = text.split("\n");
  let index = 0;
  while (index < physical.length) {
    const source: Source = { file, line: index + 1 };
    const first = trimEnd(physical[index] ?? "");
    index++;
    const isComment = /^[ \t]*#/.test(first);
    const parts: string[] = [];
    let part = first;
    while (part.endsWith("\\") && index < physical.length) {
      parts.push(part.slice(0, -1));
      const next = trimEnd(physical[index] ?? "");
      if (isComment && STARTS_DIRECTIVE.test(next)) {
        onSwallowed({ file, line: index + 1 });
        part = "";
        break;
      }
      part = next;
      index++;
    }
    if (isComment) continue;
    parts.push(part);
    const joined = parts.join("").trim();
    if (joined !== "") lines.push({ text: joined, source });
  }
  return lines;
}

/** Blanks and the CR of a DOS line end; a loop because `\s+$` reads a long run of blanks again from each of them. */
function trimEnd(line: string): string {
  let end = line.length;
  while (end > 0) {
    const code = line.charCodeAt(end - 1);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d) break;
    end--;
  }
  return line.slice(0, end);
}
