import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import fc from "fast-check";
import { type Complaint, headerValue, parseRawRequest } from "../../src/http/index.ts";

const read = (text: string) => parseRawRequest(Buffer.from(text, "latin1"));

interface Row {
  readonly does: string;
  readonly request: string;
  readonly complaint: Complaint | undefined;
  readonly line: readonly [method: string, target: string, protocol: string];
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const HOST = [["Host", "a"]] as const;

const ROWS: readonly Row[] = [
  { does: "has nothing against a plain request", request: "GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n", complaint: undefined, line: ["GET", "/a?b", "HTTP/1.1"], headers: HOST },
  { does: "skips empty lines in front", request: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", complaint: undefined, line: ["GET", "/", "HTTP/1.1"], headers: HOST },
  { does: "keeps the body of a request", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", complaint: undefined, line: ["POST", "/", "HTTP/1.1"], headers: [...HOST, ["Content-Length", "3"]], body: "abc" },
  { does: "takes chunks apart", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", complaint: undefined, line: ["POST", "/", "HTTP/1.1"], headers: [...HOST, ["Transfer-Encoding", "chunked"]], body: "abcde" },
  { does: "keeps chunks that are broken as they came", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", complaint: undefined, line: ["POST", "/", "HTTP/1.1"], headers: [...HOST, ["Transfer-Encoding", "chunked"]], body: "zz\r\nabc" },
  { does: "lets CONNECT name an authority", request: "CONNECT a.example:80 HTTP/1.1\r\nHost: a\r\n\r\n", complaint: undefined, line: ["CONNECT", "a.example:80", "HTTP/1.1"], headers: HOST },
  { does: "misses the port of CONNECT", request: "CONNECT a.example HTTP/1.1\r\nHost: a\r\n\r\n", complaint: "target", line: ["CONNECT", "a.example", "HTTP/1.1"], headers: HOST },
  { does: "lets OPTIONS ask for the whole server", request: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", complaint: undefined, line: ["OPTIONS", "*", "HTTP/1.1"], headers: HOST },
  { does: "misses the version", request: "GET /\r\nHost: a\r\n\r\n", complaint: "request line", line: ["GET", "/", ""], headers: HOST },
  { does: "misses the version behind a blank", request: "GET / \r\nHost: a\r\n\r\n", complaint: "protocol version", line: ["GET", "/", ""], headers: HOST },
  { does: "reports a version that it does not know", request: "GET / HTTP/4.0\r\nHost: a\r\n\r\n", complaint: "protocol version", line: ["GET", "/", "HTTP/4.0"], headers: HOST },
  { does: "reports a version that is none", request: "GET / JUNK/1.0\r\nHost: a\r\n\r\n", complaint: "protocol version", line: ["GET", "/", "JUNK/1.0"], headers: HOST },
  { does: "finds the method behind blanks", request: "   GET / HTTP/1.1\r\nHost: a\r\n\r\n", complaint: "request line", line: ["GET", "/", "HTTP/1.1"], headers: HOST },
  { does: "keeps blanks within the target", request: "GET /a b\tc HTTP/1.1\r\nHost: a\r\n\r\n", complaint: "target", line: ["GET", "/a b\tc", "HTTP/1.1"], headers: HOST },
  { does: "reports a method that is no token", request: "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", complaint: "request line", line: ["G(T", "/", "HTTP/1.1"], headers: HOST },
  { does: "reports bytes in the target that nobody may send", request: "GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n", complaint: "target", line: ["GET", "/\xe9", "HTTP/1.1"], headers: HOST },
  { does: "reports bare line feeds", request: "GET / HTTP/1.1\nHost: a\n\nx", complaint: "bare line feed", line: ["GET", "/", "HTTP/1.1"], headers: HOST, body: "x" },
  { does: "reports a bare carriage return", request: "GET / HTTP/1.1\r\nHost: a\r\nA: b\rC: d\r\n\r\n", complaint: "bare carriage return", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["A", "b\rC: d"]] },
  { does: "reports nul bytes", request: "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n", complaint: "nul byte", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["A", "b\0c"]] },
  { does: "joins folded headers", request: "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\t c\r\n\r\n", complaint: "folded header", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["A", "b c"]] },
  { does: "keeps a header without colon", request: "GET / HTTP/1.1\r\nHost: a\r\nfoo\r\n\r\n", complaint: "header without colon", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["foo", ""]] },
  { does: "reports a blank in front of a colon", request: "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n", complaint: "header name", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["A ", "b"]] },
  { does: "reports control characters in a value", request: "GET / HTTP/1.1\r\nHost: a\r\nA: \x01\r\n\r\n", complaint: "header value", line: ["GET", "/", "HTTP/1.1"], headers: [...HOST, ["A", "\x01"]] },
  { does: "reports two lengths", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", complaint: "content length", line: ["POST", "/", "HTTP/1.1"], body: "ab" },
  { does: "reports a length beside chunks", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", complaint: "content length", line: ["POST", "/", "HTTP/1.1"] },
  { does: "reports a transfer coding other than chunked", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", complaint: "transfer encoding", line: ["POST", "/", "HTTP/1.1"] },
  { does: "reports two hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", complaint: "host", line: ["GET", "/", "HTTP/1.1"] },
  { does: "misses the host", request: "GET / HTTP/1.1\r\n\r\n", complaint: "host", line: ["GET", "/", "HTTP/1.1"] },
  { does: "asks HTTP/1.0 for no host", request: "GET / HTTP/1.0\r\n\r\n", complaint: undefined, line: ["GET", "/", "HTTP/1.0"] },
  { does: "reports a head that does not end", request: "GET / HTTP/1.1\r\nHost: a\r\n", complaint: "no end of head", line: ["GET", "/", "HTTP/1.1"], headers: HOST },
  { does: "bears nothing at all", request: "", complaint: "no end of head", line: ["", "", ""], headers: [] },
]; // biome-ignore format: a table

for (const { does, request, complaint, line, headers, body } of ROWS) {
  test(`The firewall, reading a raw request, ${does}`, () => {
    const raw = read(request);
    assert.equal(raw.complaint, complaint);
    assert.deepEqual([raw.head.method, raw.head.target, raw.head.protocol], line);
    if (headers !== undefined) assert.deepEqual(raw.head.headers, headers);
    if (body !== undefined) assert.equal(Buffer.from(raw.body).toString("latin1"), body);
  });
}

test("The firewall keeps a request line as it was sent", () => {
  assert.equal(read("\t GET  /a  HTTP\\1.0 \r\n\r\n").head.line, "\t GET  /a  HTTP\\1.0 ");
});

test("The firewall reads no more headers than any server takes", () => {
  const raw = read(`GET / HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(5_000)}\r\nbody`);
  assert.equal(raw.complaint, "too many headers");
  assert.equal(raw.head.headers.length, 1_000);
  assert.equal(String(raw.body), "body");
});

test("The firewall finds headers without case, and the first of several", () => {
  const { headers } = read("GET / HTTP/1.1\r\nhOST: a\r\nX: 1\r\nx: 2\r\n\r\n").head;
  assert.equal(headerValue(headers, "host"), "a");
  assert.equal(headerValue(headers, "x"), "1");
  assert.equal(headerValue(headers, "constructor"), undefined);
});

test("The firewall reads any bytes as a request without a fault", () => {
  const piece = fc.oneof(
    fc.constantFrom("GET ", "/", " HTTP/1.1", "\r\n", "\n", "\r", ":", "Host: a", "Transfer-Encoding: chunked", "0", " ", "\t", "\0"),
    fc.string({ unit: "binary-ascii", maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const raw = read(pieces.join(""));
      assert.equal(typeof raw.head.method, "string");
    }),
    { numRuns: 2_000 },
  );
});
