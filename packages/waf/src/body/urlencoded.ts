import { type Form, readForm } from "../http/index.ts";
import { mapBytes } from "../text/index.ts";
import type { BodyLimits, ProcessorContext, Reading } from "./contract.ts";
import { readDocument } from "./document.ts";
import { readGraphqlMembers } from "./graphql.ts";

/** `a=1&b=2`: REQUEST_BODY is filled for this kind of body alone. What is a JSON text or an XML document besides is read as that too. */
export function readUrlencoded(text: string, context: ProcessorContext): Reading {
  const { limits } = context;
  const form = readAs(text, limits);
  const flags = form.hasInvalidEscape ? { flags: { URLENCODED_ERROR: "1" } } : {};
  // A form that is cut is refused: what else it may be costs time only.
  if (form.isCut) return { args: form.pairs, text, ...flags, problem: { fault: "limit", message: "The form has too many arguments." } };
  const narrow = context.isUtf8 ? [] : readAs(mapBytes(text, SEVEN_BITS), limits).pairs;
  const document = readDocument(text, context);
  return {
    args: [...form.pairs, ...readGraphqlMembers(form.pairs, limits), ...narrow, ...(document.args ?? [])],
    ...(document.xml === undefined ? {} : { xml: document.xml }),
    text,
    ...flags,
  };
}

function readAs(text: string, { argumentSeparator, argumentsMax }: BodyLimits): Form {
  return readForm(text, { separator: argumentSeparator, argumentsMax });
}

/**
 * What Node's `toString("ascii")`, with which formidable reads forms, makes of a byte: seven bits. No zero, which nobody has sent. Honest
 * text is UTF-8, and its bytes so cut are noise.
 */
const SEVEN_BITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0x80 ? 0x20 : byte & 0x7f));
