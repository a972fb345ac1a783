import { readForm } from "../http/index.ts";
import { findByte, HIGH } from "../text/index.ts";
import type { ProcessorContext, Reading } from "./contract.ts";
import { readDocument } from "./document.ts";

/**
 * A body that nobody is meant to read, because its type is unknown. Rules see its bytes; what is a document all the same is read as one, and
 * what Node's parsers of forms read otherwise than the bytes say (see `readForm`) as a form.
 */
export function readUnknown(text: string, context: ProcessorContext): Reading {
  const document = readDocument(text, context);
  if (!isOddForm(text)) return document;
  const { argumentSeparator: separator, argumentsMax } = context.limits;
  const form = readForm(text, { separator, argumentsMax });
  if (document.isWhole === true && !form.hasOddReading) return document;
  return { ...document, args: [...(document.args ?? []), ...form.pairs], names: undefined };
}

/** Escapes beside characters above U+00FF. With a zero in it, it is a file of some kind. */
function isOddForm(text: string): boolean {
  return text.includes("%") && !text.includes("\0") && findByte(text, HIGH) !== -1;
}
