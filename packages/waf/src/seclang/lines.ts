import type { Source } from "../rule/index.ts";

/** One directive with its continuation lines put together. */
export interface Line {
  readonly text: string;
  readonly source: Source;
}

const STARTS_DIRECTIVE = /^[ \t]*(?:Sec[A-Z]|Include|<)/i;
const STARTS_DATASET = /^[ \t]*SecDataset[ \t][^`]*`/i;
const STARTS_COMMENT = /^[ \t]*#/;
const SWALLOWED = "the comment above ends in a backslash; Apache would read this line as a part of it, here it is a line of its own";
const INSIDE = "this line is taken for a comment inside the directive, as Coraza reads it";

/** Hears of a line that engines read in different ways. */
export type OnDoubt = (source: Source, text: string) => void;

/**
 * A file's text as directives: comments and empty lines are gone, a backslash at the end of a line joins the next one to it.
 * A comment that ends in a backslash takes the next line along, as in Apache, unless a directive starts there: taking that along would switch
 * it off unseen. A comment between the lines of a directive is left out, as in Coraza, where no quote is open or a comma stands before it;
 * elsewhere `#` may begin the next part of a pattern.
 */
export function splitLines(text: string, file: string, onDoubt: OnDoubt): Line[] {
  const lines: Line[] = [];
  const physical = text.split("\n");
  let index = 0;
  while (index < physical.length) {
    const source: Source = { file, line: index + 1 };
    if (STARTS_COMMENT.test(physical[index] ?? "")) {
      index = endOfComment(physical, index, file, onDoubt);
      continue;
    }
    const isDataset = STARTS_DATASET.test(physical[index] ?? "");
    const { text: joined, next } = isDataset ? joinDataset(physical, index) : joinLines(physical, index, file, onDoubt);
    index = next;
    if (joined !== "") lines.push({ text: joined, source });
  }
  return lines;
}

/** The first line behind a comment. */
function endOfComment(physical: readonly string[], start: number, file: string, onDoubt: OnDoubt): number {
  let index = start;
  while (trimEnd(physical[index] ?? "").endsWith("\\") && index + 1 < physical.length) {
    index++;
    if (!STARTS_DIRECTIVE.test(physical[index] ?? "")) continue;
    onDoubt({ file, line: index + 1 }, SWALLOWED);
    return index;
  }
  return index + 1;
}

/** The lines of a dataset stand between two backticks, as they are. */
function joinDataset(physical: readonly string[], start: number): { readonly text: string; readonly next: number } {
  const parts = [physical[start] ?? ""];
  let index = start + 1;
  let isOpen = parts[0]?.indexOf("`") === parts[0]?.lastIndexOf("`");
  while (isOpen && index < physical.length) {
    const part = physical[index] ?? "";
    parts.push(part);
    index++;
    isOpen = !part.includes("`");
  }
  return { text: parts.join("\n").trim(), next: index };
}

function joinLines(
  physical: readonly string[],
  start: number,
  file: string,
  onDoubt: OnDoubt,
): { readonly text: string; readonly next: number } {
  const parts: string[] = [];
  let quote = "";
  let index = start;
  while (index < physical.length) {
    const part = trimEnd(physical[index] ?? "");
    index++;
    const mayBeComment = quote === "" || parts.at(-1)?.trimEnd().endsWith(",") === true;
    if (parts.length > 0 && mayBeComment && STARTS_COMMENT.test(part)) {
      onDoubt({ file, line: index }, INSIDE);
      continue;
    }
    if (!part.endsWith("\\")) {
      parts.push(part);
      break;
    }
    parts.push(part.slice(0, -1));
    quote = quoteBehind(part, quote);
  }
  return { text: parts.join("").trim(), next: index };
}

/** The quote that is still open at the end of a part. */
function quoteBehind(part: string, before: string): string {
  let quote = before;
  for (let at = 0; at < part.length; at++) {
    const character = part[at];
    if (character === "\\") at++;
    else if (quote === "" && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = "";
  }
  return quote;
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
