import { type Kind, parsed, utf8Text, wrong } from "./kind.ts";

/** One of a few words that the plan lists. */
export const oneOf: Kind = {
  column: "text",
  asks: { equal: true, order: true, pattern: false, lookup: false },
  bounds: undefined,
  fromJson: (input, field) => {
    if (typeof input === "string" && field.values?.includes(input)) return parsed(input);
    return wrong(field, `must be one of ${field.values?.join(", ")}.`);
  },
  toJson: (value) => value,
  fromText: (text, field) => oneOf.fromJson(text, field),
  encode: (value) => String(value),
  decode: utf8Text,
};
