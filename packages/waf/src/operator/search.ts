/** Above this V8's own search, which is quadratic at worst, gives way to a linear one. */
const SHORT_NEEDLE_BYTES = 32;

/** Where `needle` stands in `value` from `from` on; -1 where it does not. Linear in both, whatever they are. */
export function findText(value: string, needle: string, from = 0): number {
  if (needle.length <= SHORT_NEEDLE_BYTES) return value.indexOf(needle, from);
  if (value.length - from < needle.length) return -1;
  return findLong(value, needle, from);
}

/** Knuth, Morris and Pratt. */
function findLong(value: string, needle: string, from: number): number {
  const borders = bordersOf(needle);
  let matched = 0;
  for (let at = from; at < value.length; at++) {
    const byte = value.charCodeAt(at);
    while (matched > 0 && needle.charCodeAt(matched) !== byte) matched = borders[matched - 1] ?? 0;
    if (needle.charCodeAt(matched) === byte) matched++;
    if (matched === needle.length) return at - matched + 1;
  }
  return -1;
}

/** For each prefix of the needle the length of its longest end that is also its beginning. */
function bordersOf(needle: string): Uint32Array {
  const borders = new Uint32Array(needle.length);
  let matched = 0;
  for (let at = 1; at < needle.length; at++) {
    while (matched > 0 && needle.charCodeAt(matched) !== needle.charCodeAt(at)) matched = borders[matched - 1] ?? 0;
    if (needle.charCodeAt(matched) === needle.charCodeAt(at)) matched++;
    borders[at] = matched;
  }
  return borders;
}
