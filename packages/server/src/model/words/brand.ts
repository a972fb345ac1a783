/**
 * What makes a value a word of the config: the property under this symbol says which. The symbol is the same in every copy of the
 * package, so words are known by what they say and never by the class or the copy that made them.
 */
export const WORD: unique symbol = Symbol.for("holdfast.word");

/** The data of a word, if it is one: still unchecked, because anybody can write such an object. */
export function saidBy(input: unknown): Readonly<Record<string, unknown>> | undefined {
  if ((typeof input !== "object" && typeof input !== "function") || input === null || !(WORD in input)) return undefined;
  const said = input[WORD];
  return isRecord(said) ? said : undefined;
}

export function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
