/** Shorter texts cost little however they look. */
const BINARY_BYTES_MIN = 4_096;
/** In compressed data and pictures one byte in ten is a control character; in text there is none but blanks and line ends. */
const BYTES_PER_CONTROL = 32;

/**
 * Is it a file of some kind and no text, so that nothing is written in it in the way of texts? Only what holds a NUL: as a parameter or in a
 * form that is refused by itself, so that nobody makes a text of theirs binary by what he puts around it.
 */
export function isBinary(text: string): boolean {
  if (text.length < BINARY_BYTES_MIN || text.indexOf("\0") < 0) return false;
  let controls = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) controls++;
  }
  return controls * BYTES_PER_CONTROL >= text.length;
}
