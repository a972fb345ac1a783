import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { parseAddress } from "../../src/operator/address.ts";

const RUNS = 3000;

const group = fc.constantFrom("0", "1", "ffff", "a0b", "FE80", "00001", "", "g");
const part = fc.constantFrom("0", "1", "255", "256", "01", "", "9", "x", "1234");
const v4 = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join("."));
const v6 = fc.tuple(fc.array(group, { maxLength: 9 }), fc.constantFrom("", ":", "::", "%0", "%", ":1.2.3.4", "1.2.3.4")).map(([groups, tail]) => groups.join(":") + tail); // biome-ignore format: one line
const text = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  v4,
  v6,
  fc.string({ maxLength: 20 }),
  fc.stringMatching(/^[0-9a-f:.]{0,24}(?:%[0-9a-z]{0,3})?$/),
);

test("The firewall reads addresses as ipaddr.js does, but for forms that readers take differently", () => {
  fc.assert(
    fc.property(text, (written) => {
      const address = parseAddress(written);
      if (ipaddr.IPv4.isValidFourPartDecimal(written)) {
        assert.ok(address?.isV4, written);
        assert.deepEqual(bytesOf(address.words).slice(12), ipaddr.IPv4.parse(written).toByteArray(), written);
        return;
      }
      assert.notEqual(address?.isV4, true, written);
      assert.equal(address !== undefined, ipaddr.IPv6.isValid(written) && isPlain(written), written);
      // `::1.2.3.4` is read by ipaddr.js as the mapped `::ffff:1.2.3.4`.
      if (address === undefined || /^::\d+\.\d/.test(written)) return;
      assert.deepEqual(bytesOf(address.words), ipaddr.IPv6.parse(written).toByteArray(), written);
    }),
    { numRuns: RUNS },
  );
});

test("The firewall reads what RFC 4291 writes", () => {
  for (const [written, bytes] of [
    ["2001:DB8::8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["1::", "00010000000000000000000000000000"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
    ["::13.1.68.3", "0000000000000000000000000d014403"],
    ["::FFFF:129.144.52.38", "00000000000000000000ffff81903426"],
    ["1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"],
    ["fe80::1%eth0", "fe800000000000000000000000000001"],
  ] as const) {
    assert.equal(Buffer.from(bytesOf(parseAddress(written)?.words ?? new Uint32Array())).toString("hex"), bytes, written);
  }
  for (const written of [
    "1::2::3",
    ":1",
    "1:",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3",
    "1.2.3.4::",
    ":::",
    "",
    "1:2:3:4:5:6:7",
    "1:2:3:4::5:6:7:8",
    "::1%",
  ]) {
    // biome-ignore format: one line
    assert.equal(parseAddress(written), undefined, written);
  }
});

function bytesOf(words: Uint32Array): number[] {
  return Array.from(words).flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
}

/** What ipaddr.js takes besides: parts in octal or hexadecimal, zones of IPv4. */
function isPlain(written: string): boolean {
  const tail = written.replace(/%.*$/s, "").split(":").at(-1) ?? "";
  return !tail.includes(".") || ipaddr.IPv4.isValidFourPartDecimal(tail);
}
