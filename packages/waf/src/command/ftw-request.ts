// Builds the bytes of a request as go-ftw does (github.com/coreruleset/go-ftw, ftwhttp/request.go): what the test says goes out as
// written, and only what is missing is completed.

export interface FtwInput {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly data: string | undefined;
  /** Add Content-Type, Content-Length and Connection where they are missing. */
  readonly complete: boolean;
  /** 4.x: methods that usually have a body get a Content-Length even without one. */
  readonly lengthWithoutBody: boolean;
}

const FORM = "application/x-www-form-urlencoded";
const METHODS_WITH_BODY = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export function buildRequest(input: FtwInput): string {
  const headers = [...input.headers];
  const has = (name: string): boolean => headerOf(headers, name) !== undefined;
  let data = input.data ?? "";
  if (input.complete && data !== "") {
    if (!has("content-type")) headers.push(["Content-Type", FORM]);
    if (headerOf(headers, "content-type")?.toLowerCase() === FORM) data = encodeForm(data);
  }
  // A multipart body in YAML has bare line feeds, and RFC 2046 wants CRLF.
  if (headerOf(headers, "content-type")?.toLowerCase().includes("multipart/form-data;")) data = data.replaceAll(/\r?\n/g, "\r\n");
  if (input.complete) {
    if (!has("connection")) headers.push(["Connection", "close"]);
    const wantsLength = data !== "" || (input.lengthWithoutBody && METHODS_WITH_BODY.has(input.method));
    if (wantsLength && !has("content-length")) headers.push(["Content-Length", String(data.length)]);
  }
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `${input.method} ${input.target} ${input.version}\r\n${lines}\r\n${data}`;
}

function headerOf(headers: FtwInput["headers"], name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Encodes names and values, unless something in the body is encoded already: then the author has done it by hand. */
function encodeForm(data: string): string {
  if (/[%+]/.test(data)) return data;
  return data
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals === -1 ? encodePart(pair) : `${encodePart(pair.slice(0, equals))}=${encodePart(pair.slice(equals + 1))}`;
    })
    .join("&");
}

function encodePart(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9\-_.~]/g, (byte) =>
    byte === " " ? "+" : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
