/** A blank or a tab: what HTTP allows around words (RFC 9110 section 5.6.3). */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Without blanks and tabs at both ends; other white space stays. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** RFC 9110 section 5.6.2. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}
