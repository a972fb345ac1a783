import { type Kind, parsed, utf8Text, withinBounds, wrong } from "./kind.ts";

const DIGITS = /^-?\d{1,16}$/;
const RANGE = "must be a whole number between -9007199254740991 and 9007199254740991.";

/** A whole number that every client can hold exactly: within ±(2^53−1). */
export const integer: Kind = {
  column: "integer",
  asks: { equal: true, order: true, pattern: false, lookup: true },
  bounds: "value",
  fromJson: (input, field) => {
    if (typeof input !== "number" || !Number.isSafeInteger(input)) return wrong(field, RANGE);
    return withinBounds(input + 0, field);
  },
  toJson: (value) => value,
  fromText: (text, field) => {
    const value = DIGITS.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? parsed(value + 0) : wrong(field, RANGE);
  },
  encode: (value) => String(value),
  decode: (bytes) => Number(utf8Text(bytes)),
};
