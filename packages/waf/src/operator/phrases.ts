/** Bytes in hexadecimal between two bars (as Snort writes them), a blank, or one byte. */
const PIECE = /\|((?:\s*[0-9A-Fa-f]{2})+\s*)\||(\s+)|(.)/gs;

/** The words of a `pm`, apart by blanks: `A|42 43|D` is `ABCD`. A bar that opens no bytes is a bar; bytes are never blanks between words. */
export function splitPhrases(argument: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  for (const [, hex, blank, byte = ""] of argument.matchAll(PIECE)) {
    if (blank === undefined) word += hex === undefined ? byte : Buffer.from(hex.replace(/\s+/g, ""), "hex").toString("latin1");
    else {
      words.push(word);
      word = "";
    }
  }
  words.push(word);
  return words.filter((each) => each !== "");
}

/** The lines of a data file: `#` begins a comment, empty lines say nothing, blanks at the ends belong to what is looked for. */
export function dataLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
}
