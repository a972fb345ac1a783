import { type Kind, parsed, utf8Text, withinBounds, wrong } from "./kind.ts";

const NUMERAL = /^-?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})(e[+-]?\d{1,4})?$/i;
const FINITE = "must be a number.";

/** A binary floating-point number; infinities and NaN are refused, −0 is kept as 0. */
export const number: Kind = {
  column: "real",
  asks: { equal: true, order: true, pattern: false, lookup: true },
  bounds: "value",
  fromJson: (input, field) => {
    if (typeof input !== "number" || !Number.isFinite(input)) return wrong(field, FINITE);
    return withinBounds(input + 0, field);
  },
  toJson: (value) => value,
  fromText: (text, field) => {
    const value = NUMERAL.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? parsed(value + 0) : wrong(field, FINITE);
  },
  encode: (value) => String(value),
  decode: (bytes) => Number(utf8Text(bytes)),
};
