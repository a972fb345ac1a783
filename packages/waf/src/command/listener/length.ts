import { Buffer } from "node:buffer";

/**
 * A request with Content-Length and Transfer-Encoding, without the former: RFC 9112 section 6.3 lets a server serve it by its
 * Transfer-Encoding if it then closes the connection. Undefined where that is not what is wrong with it.
 */
export function withoutLength(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [requestLine, ...lines] = text.slice(0, headEnd).split("\r\n");
  const kept = lines.filter((line) => !/^(?:content-length|connection):/i.test(line));
  const codings = lines.filter((line) => /^transfer-encoding:/i.test(line));
  const hasLength = lines.some((line) => /^content-length:[ \t]*[0-9]{1,15}[ \t]*$/i.test(line));
  const isPlain = codings.length === 1 && /^transfer-encoding:[ \t]*chunked[ \t]*$/i.test(codings[0] ?? "");
  if (!hasLength || !isPlain) return undefined;
  const head = [requestLine, ...kept, "Connection: close"].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), bytes.subarray(headEnd + 4)]);
}
