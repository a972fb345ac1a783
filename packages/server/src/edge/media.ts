import { Fault } from "../kit/index.ts";

// RFC 6839 §3.1: anything that ends in "+json" is JSON. UTF-8 is the only charset that JSON has (RFC 8259 §8.1).
const TYPES: Readonly<Record<"json" | "form", RegExp>> = {
  json: /^application\/(?:[a-z0-9.+-]+\+)?json *(?:; *(?:charset="?utf-8"?|(?!charset)[a-z]+=[a-z0-9.-]+) *)*$/i,
  form: /^(?:application\/x-www-form-urlencoded|multipart\/form-data) *(?:;.*)?$/i,
};

/** A body without its type is refused: a browser form cannot send JSON by pretending that it is text. */
export function checkMedia(kind: "json" | "form", contentType: string | undefined, contentEncoding: string | undefined): void {
  // Read as it is while a proxy or filter in front reads it decoded: two readers, two bodies.
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== "identity")
    throw new Fault("request.media", "Send the body without a content encoding.");
  if (contentType === undefined || !TYPES[kind].test(contentType)) {
    const wanted = kind === "json" ? "application/json" : "application/x-www-form-urlencoded";
    throw new Fault("request.media", `Send the body as ${wanted}.`);
  }
}
