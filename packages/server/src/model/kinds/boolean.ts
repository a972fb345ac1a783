import { type Kind, parsed, utf8Text, wrong } from "./kind.ts";

const TEXTS: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["false", 0],
]);

export const boolean: Kind = {
  column: "integer",
  asks: { equal: true, order: true, pattern: false, lookup: false },
  bounds: undefined,
  fromJson: (input, field) => (typeof input === "boolean" ? parsed(input ? 1 : 0) : wrong(field, "must be true or false.")),
  toJson: (value) => value === 1,
  fromText: (text, field) => {
    const value = TEXTS.get(text.toLowerCase());
    return value === undefined ? wrong(field, "must be true or false.") : parsed(value);
  },
  encode: (value) => (value === 1 ? "1" : "0"),
  decode: (bytes) => (utf8Text(bytes) === "1" ? 1 : 0),
};
