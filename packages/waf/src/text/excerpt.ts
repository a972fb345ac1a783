/** How much of a value may stand in a log line. */
const EXCERPT_CHARACTERS = 200;

/** A value made safe to log and to show: printable ASCII alone, other bytes and the backslash as `\xHH`, cut with `...` at `charactersMax`. */
export function excerpt(value: string, charactersMax: number = EXCERPT_CHARACTERS): string {
  let text = "";
  for (let at = 0; at < value.length; at++) {
    const piece = shown(value.charCodeAt(at));
    if (text.length + piece.length > charactersMax) return `${cut(text, charactersMax)}...`;
    text += piece;
  }
  return text;
}

function shown(code: number): string {
  if (code >= 0x20 && code < 0x7f && code !== 0x5c) return String.fromCharCode(code);
  return code > 0xff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** Room for the dots, without half an escape in front of them. */
function cut(text: string, charactersMax: number): string {
  const kept = text.slice(0, Math.max(0, charactersMax - 3));
  const last = kept.lastIndexOf("\\");
  if (last < 0) return kept;
  const width = text[last + 1] === "u" ? 6 : 4;
  return last + width > kept.length ? kept.slice(0, last) : kept;
}
