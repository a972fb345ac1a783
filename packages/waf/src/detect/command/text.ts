import { likelihoodOf } from "./names.ts";
import { isWordByte } from "./word.ts";

// Is a command part of a text about commands? A field that somebody breaks out of holds one line with a value before the separator.

/** How far back from a separator its surroundings are looked at, in bytes. */
const LOOK_BACK_BYTES = 2000;

/** A value of one word, and the line ends behind it. */
const ONE_WORD = /^[\w.@:/'")-]{1,64}[\s;|&]{1,8}$/;

/** `fence`: between marks of code. `lines`: in one of several lines. `shell`: behind another command, on a line that starts with one. */
export function surroundings(value: string, separator: number): "value" | "fence" | "lines" | "shell" {
  const from = Math.max(0, separator - LOOK_BACK_BYTES);
  const before = value.slice(from, separator);
  if (isFenced(value, before, separator) || isSpanOfList(value, before, separator)) return "fence";
  // Most have none, and to look for it from the end is slower.
  const line = before.includes("\n") ? before.lastIndexOf("\n") : -1;
  if (line > 0 && before.slice(0, line).trim() !== "" && !ONE_WORD.test(before)) return "lines";
  return startsWithCommand(before.slice(line + 1)) ? "shell" : "value";
}

/** An odd number of back-quotes stands before, one more behind, and the first follows a blank: a span or a block of code in Markdown. */
function isFenced(value: string, before: string, separator: number): boolean {
  const first = before.indexOf("`");
  if (first < 0 || value.indexOf("`", separator + 1) < 0) return false;
  if (first > 0 && before.charCodeAt(first - 1) > 0x20 && before.charCodeAt(first - 1) !== 0x28) return false;
  if (before.includes("```")) return true;
  let marks = 0;
  for (let at = first; at < before.length; at++) if (before.charCodeAt(at) === 0x60) marks++;
  return marks % 2 === 1 && first > 0;
}

/** A line of Markdown that is a heading, an item of a list or a span of code. */
const MARKDOWN_LINE = /^(?:#{1,6} |[-*+>] |\d{1,3}\. |`[^`\n]{1,200}`\s*$)/gm;
const MARKDOWN_LINES_MIN = 2;

/** A line that is nothing but a span of code, where lines of Markdown go before. */
function isSpanOfList(value: string, before: string, separator: number): boolean {
  if (value.charCodeAt(separator) !== 0x60 || (before !== "" && !before.endsWith("\n"))) return false;
  const end = value.indexOf("\n", separator);
  const line = value.slice(separator + 1, end < 0 ? undefined : end).trimEnd();
  return line.indexOf("`") === line.length - 1 && (before.match(MARKDOWN_LINE)?.length ?? 0) >= MARKDOWN_LINES_MIN;
}

/** `tar -x a`: a command with something behind it. */
function startsWithCommand(line: string): boolean {
  let start = 0;
  while (line.charCodeAt(start) === 0x20 || line.charCodeAt(start) === 0x24) start++;
  let end = start;
  while (end < line.length && end - start < 20 && isWordByte(line.charCodeAt(end))) end++;
  return end > start && line.charCodeAt(end) === 0x20 && line.length > end + 2 && likelihoodOf(line.slice(start, end).toLowerCase()) > 0;
}
