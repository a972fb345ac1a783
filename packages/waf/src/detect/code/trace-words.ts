// Rows of words that traces begin with.

/** `before` and each of the words, `behind`. */
export function each(words: string, before: string, behind = ""): readonly string[] {
  return words.split(" ").map((word) => before + word + behind);
}

const QUOTES = ["'", '"', "`"];

/** The words, each with a quote of every kind behind it. */
export function quoted(words: string): readonly string[] {
  return words.split(" ").flatMap((word) => QUOTES.map((quote) => word + quote));
}
