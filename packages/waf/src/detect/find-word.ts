/** V8 looks for words of this length and longer byte by byte; for the first byte of shorter ones at the speed of memory. */
const SLOW_BYTES_MIN = 7;

/** As `indexOf`, and fast for long words that are rare. */
export function findWord(value: string, word: string, from = 0): number {
  if (word.length < SLOW_BYTES_MIN) return value.indexOf(word, from);
  const head = word.slice(0, SLOW_BYTES_MIN - 1);
  let at = value.indexOf(head, from);
  while (at >= 0 && !value.startsWith(word, at)) at = value.indexOf(head, at + 1);
  return at;
}
