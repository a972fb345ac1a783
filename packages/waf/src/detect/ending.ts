// How a text ends: an injection swallows or leaves open what stands behind it, a whole program does not.

/** How much of the last line's end is looked at, in bytes. */
const LINE_BYTES_MAX = 2_000;

/** Ends in the opening of a comment that has no text of its own. */
const SWALLOWS = /\S\s{0,8}(?:--|#|\/\*|;\x00)[\s+]{0,8}$/;
/** The line is a comment, a heading or a rule from its first byte on. */
const COMMENT = /^\s{0,40}(?:#|--|\/\*|\/\/|\*)/;

/** The first quote ends what nothing began: `1' or '2'='2`. */
const CLOSES = /^[^'"]*\w['"][\s)|&;]/;

/** The last line that is not empty, where the text is left open there: by the opening of a comment at its very end, or by a quote without its
 * fellow, where no earlier line left one open. `undefined` where the text comes to an end of its own. Linear. */
export function openTail(text: string): string | undefined {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20 && text.charCodeAt(end - 1) !== 0) end--;
  const start = Math.max(text.lastIndexOf("\n", end - 1) + 1, end - LINE_BYTES_MAX);
  // A blank behind `--` is part of it.
  const line = text.slice(start, end);
  if (COMMENT.test(line)) return undefined;
  if (SWALLOWS.test(line)) return text.slice(start);
  for (const quote of ["'", '"'])
    if ((isOdd(line, quote) || (CLOSES.test(line) && line.includes(quote))) && !isOdd(text.slice(0, start), quote))
      return text.slice(start);
  return undefined;
}

function isOdd(text: string, quote: string): boolean {
  let isOpen = false;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) isOpen = !isOpen;
  return isOpen;
}
