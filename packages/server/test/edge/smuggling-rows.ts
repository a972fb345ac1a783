/** One way to make two readers see two different requests. `bytes` ends with, or carries, a request to /probe/hidden. */
export interface SmugglingRow {
  readonly name: string;
  readonly bytes: string;
}

export const HIDDEN = "GET /probe/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";
const START = "POST /probe/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const CHUNKS = "2\r\n{}\r\n0\r\n\r\n";

/** A head with these lines, then a whole chunked body, then the hidden request. */
const lines = (name: string, ...extra: readonly string[]): SmugglingRow => ({
  name,
  bytes: `${START}${extra.join("\r\n")}\r\n\r\n${CHUNKS}${HIDDEN}`,
});
const length = (name: string, value: string): SmugglingRow => lines(`Content-Length ${name}`, `Content-Length:${value}`);
const coding = (name: string, ...extra: readonly string[]): SmugglingRow => lines(`Transfer-Encoding ${name}`, ...extra);
const head = (name: string, bytes: string): SmugglingRow => ({ name, bytes: `${bytes}\r\n\r\n${HIDDEN}` });
const chunks = (name: string, body: string): SmugglingRow => ({
  name: `chunk ${name}`,
  bytes: `${START}Transfer-Encoding: chunked\r\n\r\n${body}${HIDDEN}`,
});
/** The hidden request is the body of a request whose length is told in this way. */
const carrying = (name: string, start: string, ...extra: readonly string[]): SmugglingRow => ({
  name,
  bytes: `${start}\r\nHost: localhost\r\nContent-Type: application/json\r\n${extra.join("\r\n")}\r\n\r\n${HIDDEN}`,
});
const SIZE = HIDDEN.length;

export const SMUGGLING: readonly SmugglingRow[] = [
  lines("CL.TE", "Content-Length: 2", "Transfer-Encoding: chunked"),
  lines("TE.CL", "Transfer-Encoding: chunked", "Content-Length: 2"),
  lines("CL and TE that agree", `Content-Length: ${CHUNKS.length}`, "Transfer-Encoding: chunked"),
  lines("two different Content-Length", "Content-Length: 2", "Content-Length: 12"),
  lines("two different Content-Length, the larger first", "Content-Length: 12", "Content-Length: 2"),
  length("as a list", " 12, 12"),
  length("with a plus", " +12"),
  length("with a minus", " -12"),
  length("in hexadecimal", " 0xc"),
  length("with a point", " 12.0"),
  length("with an exponent", " 12e0"),
  length("with a space inside", " 1 2"),
  length("empty", " "),
  length("as text", " twelve"),
  length("with an underscore", " 1_2"),
  length("of twenty digits", " 99999999999999999999"),
  length("with NUL", " 12\0"),
  length("with a vertical tab", " \x0b12"),
  lines("Content-Length with a space before the colon", "Content-Length : 12"),
  lines("Content-Length with a tab before the colon", "Content-Length\t: 12"),
  coding("xchunked", "Transfer-Encoding: xchunked"),
  coding("chunked, identity", "Transfer-Encoding: chunked, identity"),
  coding("chunked;q=1", "Transfer-Encoding: chunked;q=1"),
  coding("identity", "Transfer-Encoding: identity"),
  coding("gzip", "Transfer-Encoding: gzip"),
  coding("plain chunked on a route that does not stream", "Transfer-Encoding: chunked"),
  coding("quoted", 'Transfer-Encoding: "chunked"'),
  coding("with NUL", "Transfer-Encoding: chun\0ked"),
  coding("with a vertical tab", "Transfer-Encoding: \x0bchunked"),
  coding("with a bare CR", "Transfer-Encoding: chunked\rX: y"),
  coding("with an 8-bit byte", "Transfer-Encoding: chunked\xff"),
  coding("doubled", "Transfer-Encoding: chunked, chunked"),
  coding("empty", "Transfer-Encoding: "),
  coding("with a trailing comma", "Transfer-Encoding: chunked,"),
  coding("with a space before the colon", "Transfer-Encoding : chunked"),
  coding("on a folded line", "Transfer-Encoding:", " chunked"),
  coding("twice", "Transfer-Encoding: identity", "Transfer-Encoding: chunked"),
  coding("behind a bare LF", "X: y\nTransfer-Encoding: chunked"),
  {
    name: "Transfer-Encoding in HTTP/1.0",
    bytes: `${START.replace("HTTP/1.1", "HTTP/1.0")}Transfer-Encoding: chunked\r\n\r\n${CHUNKS}${HIDDEN}`,
  },
  head("obs-fold", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b"),
  head("a leading space on the first field", "GET /health HTTP/1.1\r\n Host: localhost"),
  head("a line without a colon", "GET /health HTTP/1.1\r\nHost: localhost\r\nnonsense"),
  head("an empty field name", "GET /health HTTP/1.1\r\nHost: localhost\r\n: x"),
  head("a space in a field name", "GET /health HTTP/1.1\r\nHost: localhost\r\nX y: z"),
  head("NUL in a field value", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\0b"),
  head("NUL in a field name", "GET /health HTTP/1.1\r\nHost: localhost\r\nX\0: b"),
  head("a bare CR in a field", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: a\rb"),
  head("bare LF as the end of a line", "GET /health HTTP/1.1\nHost: localhost"),
  head("an empty line by bare LF", "GET /health HTTP/1.1\r\nHost: localhost\r\n\nGET /x HTTP/1.1\r\nHost: localhost"),
  head("an 8-bit byte in a field value", "GET /health HTTP/1.1\r\nHost: localhost\r\nX: caf\xe9"),
  chunks("size with 0x", `0x2\r\n{}\r\n0\r\n\r\n`),
  chunks("size with a plus", `+2\r\n{}\r\n0\r\n\r\n`),
  chunks("size with a space", ` 2\r\n{}\r\n0\r\n\r\n`),
  chunks("size with a minus", `-2\r\n{}\r\n0\r\n\r\n`),
  chunks("size with an underscore", `0_2\r\n{}\r\n0\r\n\r\n`),
  chunks("size that overflows", `10000000000000002\r\n{}\r\n0\r\n\r\n`),
  chunks("size that is empty", `\r\n{}\r\n0\r\n\r\n`),
  chunks("with bare LF after the size", `2\n{}\r\n0\r\n\r\n`),
  chunks("with bare LF after the data", `2\r\n{}\n0\r\n\r\n`),
  chunks("with bare CR after the size", `2\r{}\r\n0\r\n\r\n`),
  chunks("with more data than its size", `2\r\n{}{}\r\n0\r\n\r\n`),
  chunks("extension with a bare LF", `2;x\ny\r\n{}\r\n0\r\n\r\n`),
  chunks("extension with a bare CR", `2;x\ry\r\n{}\r\n0\r\n\r\n`),
  chunks("extension of 100 KiB", `2;${"x".repeat(102_400)}\r\n{}\r\n0\r\n\r\n`),
  chunks("terminator by bare LF", `2\r\n{}\r\n0\n\n`),
  chunks("size written 000", `2\r\n{}\r\n000\r\n\r\n`),
  chunks("trailers that tell a length", `2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n`),
  head("no Host", "GET /health HTTP/1.1"),
  head("two Hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost"),
  head("two different Hosts", "GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example"),
  head("HTTP/9.9", "GET /health HTTP/9.9\r\nHost: localhost"),
  head("HTTP/0.9", "GET /health\r\nHost: localhost"),
  head("a lower-case protocol", "GET /health http/1.1\r\nHost: localhost"),
  head("a tab in the path", "GET /hea\tlth HTTP/1.1\r\nHost: localhost"),
  head("NUL in the path", "GET /hea\0lth HTTP/1.1\r\nHost: localhost"),
  head("a space in the path", "GET /hea lth HTTP/1.1\r\nHost: localhost"),
  head("a URL of 64 KiB", `GET /health?${"x".repeat(65_536)} HTTP/1.1\r\nHost: localhost`),
  head("a field of 64 KiB", `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(65_536)}`),
  head("5,000 fields", `GET /health HTTP/1.1\r\nHost: localhost\r\n${"A: b\r\n".repeat(4_999)}A: b`),
  head("a method of 10 KiB", `${"G".repeat(10_240)} /health HTTP/1.1\r\nHost: localhost`),
  carrying("a body on a route that takes none", "GET /health HTTP/1.1", `Content-Length: ${SIZE}`),
  carrying("a body on HEAD", "HEAD /health HTTP/1.1", `Content-Length: ${SIZE}`),
  carrying("a body on an unknown path", "POST /nowhere HTTP/1.1", `Content-Length: ${SIZE}`),
  carrying("a body on the root", "POST / HTTP/1.1", `Content-Length: ${SIZE}`),
];

/** Either answer is fine here; a second one is not. */
export const AMBIGUOUS: readonly SmugglingRow[] = [
  carrying("the same Content-Length twice", "POST /probe/echo HTTP/1.1", `Content-Length: ${SIZE}`, `Content-Length: ${SIZE}`),
  carrying("Content-Length with leading zeros", "POST /probe/echo HTTP/1.1", `Content-Length: 00${SIZE}`),
  carrying("a body behind Expect", "POST /probe/echo HTTP/1.1", `Content-Length: ${SIZE}`, "Expect: 100-continue"),
  carrying("a body behind a mangled Expect", "POST /probe/echo HTTP/1.1", `Content-Length: ${SIZE}`, "Expect: 100-continuee"),
  carrying(
    "an upgrade to h2c",
    "POST /probe/echo HTTP/1.1",
    `Content-Length: ${SIZE}`,
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
  ),
  carrying(
    "a bad WebSocket upgrade",
    "POST /probe/echo HTTP/1.1",
    `Content-Length: ${SIZE}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 99",
  ),
  carrying("Connection that names a field", "POST /probe/echo HTTP/1.1", `Content-Length: ${SIZE}`, "Connection: close, authorization"),
];
