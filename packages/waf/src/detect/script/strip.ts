/** Longest tag that is taken out, in bytes. */
const TAG_BYTES_MAX = 40;

/** A filter that strips tags leaves what they held apart: `o<x>nload` becomes `onload`. */
export function stripTags(value: string): string | undefined {
  let out = "";
  let copied = 0;
  for (let at = value.indexOf("<"); at >= 0; at = value.indexOf("<", at + 1)) {
    const end = value.indexOf(">", at);
    if (end < 0) break;
    if (end - at > TAG_BYTES_MAX || at < copied) continue;
    out += value.slice(copied, at);
    copied = end + 1;
  }
  return copied === 0 ? undefined : out + value.slice(copied);
}
