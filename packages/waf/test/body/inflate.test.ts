import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { type BodyFacts, type BodyLimits, openBody, planBody } from "../../src/body/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { LIMITS } from "./read.ts";

const JSON_TYPE = "application/json";
const CODINGS: readonly (readonly [what: string, coding: string, compress: (bytes: Uint8Array) => Buffer])[] = [
  ["gzip", "gzip", gzipSync],
  ["gzip by its other name", "X-GZIP", gzipSync],
  ["deflate", "deflate", deflateSync],
  ["deflate without a head", "deflate", deflateRawSync],
  ["brotli", "br", brotliCompressSync],
  ["zstd", "zstd", zstdCompressSync],
];
const DOCUMENT = Buffer.from(JSON.stringify({ name: "Ana", note: "x".repeat(300), list: [1, 2] }));

function read(
  type: string,
  headers: readonly Pair[],
  body: Uint8Array,
  limits: Partial<BodyLimits> = {},
  step = body.length || 1,
): BodyFacts {
  const reader = openBody(planBody([["Content-Type", type], ...headers]), { ...LIMITS, ...limits });
  for (let at = 0; at < body.length; at += step) reader.feed(body.subarray(at, at + step));
  return reader.end();
}

const coded = (coding: string): readonly Pair[] => [["Content-Encoding", coding]];

for (const [what, coding, compress] of CODINGS) {
  const body = compress(DOCUMENT);

  test(`The firewall reads what is inside a JSON body in ${what}, however it is cut`, () => {
    for (const step of [1, 7, body.length]) {
      const facts = read(JSON_TYPE, coded(coding), body, {}, step);
      assert.equal(facts.error, undefined);
      assert.deepEqual(facts.args, read(JSON_TYPE, [], DOCUMENT).args);
      assert.equal(facts.raw, DOCUMENT.toString("latin1"));
      assert.deepEqual(facts.flags, {});
    }
  });

  test(`The firewall refuses a body in ${what} that is cut off, damaged or followed by anything`, () => {
    for (let length = 1; length < body.length; length++) {
      assert.equal(read(JSON_TYPE, coded(coding), body.subarray(0, length)).fault, "coding", `of ${length} bytes`);
    }
    for (const rest of ["x", "\0", '{"a":1}']) {
      assert.match(read(JSON_TYPE, coded(coding), Buffer.concat([body, Buffer.from(rest)])).error ?? "", /goes on behind its end|damaged/);
    }
    assert.equal(read(JSON_TYPE, coded(coding), DOCUMENT).fault, "coding");
  });

  test(`The firewall never reads more out of ${what} than a body may have`, () => {
    const bomb = compress(Buffer.alloc(20_000_000, 0x20));
    const facts = read(JSON_TYPE, coded(coding), bomb);
    assert.equal(facts.fault, "coding");
    assert.match(facts.error ?? "", bomb.length < LIMITS.bytesMax ? /larger than allowed when it is inflated/ : /larger than allowed/);
    assert.ok(facts.raw.length <= LIMITS.bytesMax);
    assert.equal(read(JSON_TYPE, coded(coding), body, { bytesMax: DOCUMENT.length - 1 }).fault, "coding");
    assert.equal(read(JSON_TYPE, coded(coding), body, { bytesMax: DOCUMENT.length }).fault, undefined);
  });

  test(`The firewall takes any bytes in ${what} for what they are, or for damaged`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(400), fc.nat(255), (bytes, at, by) => {
        const whole = compress(bytes);
        const facts = read("application/octet-stream", coded(coding), whole);
        if (facts.error === undefined) assert.equal(facts.raw, Buffer.from(bytes).toString("latin1"));
        const damaged = Buffer.from(whole);
        damaged[at % damaged.length] = by;
        for (const some of [damaged, bytes])
          assert.ok(["coding", "ambiguous", undefined].includes(read("text/plain", coded(coding), some).fault));
      }),
      { numRuns: 100 },
    );
  });
}

test("The firewall reads every type of body inside", () => {
  const inside = (type: string, text: string): BodyFacts => read(type, coded("gzip"), gzipSync(text));
  assert.deepEqual(
    inside("application/x-ndjson", '{"a":"b"}\n{"c":"d"}').args.map(([, value]) => value),
    ["b", "d"],
  );
  assert.equal(inside("text/xml", "<a>text</a>").xml?.text, "text");
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--x--\r\n';
  assert.deepEqual(inside("multipart/form-data; boundary=x", part).args, [["a", "value"]]);
  assert.deepEqual(inside("text/plain", '{"a":"hidden"}').args, [["json.a", "hidden"]]);
  assert.equal(inside("text/plain", "words").raw, "words");
  assert.equal(inside(JSON_TYPE, "{").fault, "syntax");
});

test("The firewall takes an empty body for empty, whatever it is said to be compressed with", () => {
  const facts = read(JSON_TYPE, coded("gzip"), Buffer.alloc(0));
  assert.deepEqual([facts.error, facts.raw, facts.args], [undefined, "", []]);
});

const UNREAD: readonly (readonly [does: string, headers: readonly Pair[]])[] = [
  ["an unknown coding", coded("compress")],
  ["a coding with words behind it", coded("gzip;q=1")],
  ["two codings", coded("gzip, br")],
  ["one coding twice", coded("gzip, gzip")],
  ["two headers", [...coded("gzip"), ...coded("gzip")]],
  ["two headers of which one says nothing", [...coded("identity"), ...coded("gzip")]],
  ["two headers of which one is empty", [...coded("gzip"), ...coded("")]],
];

for (const [what, headers] of UNREAD) {
  test(`The firewall refuses a body with ${what}`, () => {
    assert.equal(read(JSON_TYPE, headers, gzipSync(DOCUMENT)).fault, "coding");
  });
}

test("The firewall refuses a second gzip member, which some servers read and some do not", () => {
  assert.match(read(JSON_TYPE, coded("gzip"), Buffer.concat([gzipSync('{"a":'), gzipSync("1}")])).error ?? "", /goes on behind its end/);
});

/** RFC 1952: a field of any bytes may stand in the head. */
function withExtra(text: string, extra: string): Buffer {
  const plain = gzipSync(text);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = 4;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(Buffer.byteLength(extra));
  return Buffer.concat([head, length, Buffer.from(extra), plain.subarray(10)]);
}

test("The firewall refuses compressed bodies in which a server that does not inflate finds arguments", () => {
  const hidden = '\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n<script>alert(1)</script>\r\n--x--\r\n';
  const part = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nharmless\r\n--x--\r\n';
  const multipart = "multipart/form-data; boundary=x";
  assert.equal(read(multipart, coded("gzip"), withExtra(part, "nothing")).fault, undefined);
  assert.equal(read(multipart, coded("gzip"), withExtra(part, hidden)).fault, "ambiguous");
  const form = "application/x-www-form-urlencoded";
  assert.equal(read(form, coded("gzip"), withExtra("a=harmless", "&a=' or 1=1--&")).fault, "ambiguous");
  assert.equal(read(form, coded("gzip"), gzipSync("a=harmless")).fault, "ambiguous");
  assert.equal(read(JSON_TYPE, coded("gzip"), withExtra('{"a":1}', '{"a":2}')).fault, undefined);
});

test("The firewall refuses a deflate stream that can be read with a head and without", () => {
  // A head of zlib that is also the beginning of a stored block of 0xff01 bytes, whose length inverted is 0x00fe.
  const body = Buffer.concat([Buffer.from([0x78, 0x01, 0xff, 0xfe, 0x00]), Buffer.alloc(0xff01 + 100)]);
  assert.equal(read(JSON_TYPE, coded("deflate"), body).fault, "ambiguous");
});

test("The firewall gives zstd no more memory than RFC 9659 does", () => {
  // RFC 8878: the descriptor of the window is the byte behind that of the frame; 27 bits are 128 MiB.
  const frame = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3]), Buffer.from([0x19, 0, 0]), Buffer.from("abc")]);
  const narrow = Buffer.from(frame);
  narrow[5] = (20 - 10) << 3;
  assert.equal(read("text/plain", coded("zstd"), narrow).raw, "abc");
  assert.equal(read("text/plain", coded("zstd"), frame).fault, "coding");
});

test("The firewall never takes a fault inside for a body that was cut, which rules may allow", () => {
  const deep = `${"[".repeat(200)}${"]".repeat(200)}`;
  assert.equal(read(JSON_TYPE, [], Buffer.from(deep)).fault, "limit");
  assert.equal(read(JSON_TYPE, coded("gzip"), gzipSync(deep, { level: 0 })).fault, "coding");
});

test("The firewall takes no more compressed bytes than it can inflate in time, however large bodies may be", () => {
  const [large, small] = [200_000, 100_000].map((length) => gzipSync(Buffer.alloc(length), { level: 0 }));
  assert.ok(large !== undefined && small !== undefined);
  for (const step of [1_000, large.length]) {
    assert.match(
      read("text/plain", coded("gzip"), large, { bytesMax: 10_000_000 }, step).error ?? "",
      /compressed body is larger than allowed/,
    );
  }
  assert.equal(read("text/plain", coded("gzip"), small, { bytesMax: 10_000_000 }).error, undefined);
  const inside = gzipSync(Buffer.alloc(1_048_577));
  assert.match(read("text/plain", coded("gzip"), inside, { bytesMax: 10_000_000 }).error ?? "", /when it is inflated/);
});
