import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, type Network, readAddress, readNetwork } from "../../src/firewall/address.ts";
import { createNetworks, resolveAddress } from "../../src/firewall/index.ts";
import { createNetworkTrie } from "../../src/firewall/network-trie.ts";
import { createAdmission } from "../../src/firewall/networks.ts";
import { isFault } from "../../src/kit/index.ts";

/** Few values, so that networks meet. */
const byte = fc.constantFrom(0, 1, 10, 127, 128, 192, 255);
const family = fc.constantFrom(4, 16);
const address: fc.Arbitrary<Address> = family.chain((length) =>
  fc.array(byte, { minLength: length, maxLength: length }).map((bytes) => ({ bytes: Uint8Array.from(bytes) })),
);
const network: fc.Arbitrary<Network> = address.chain(({ bytes }) =>
  fc.nat(bytes.length * 8).map((bits) => ({ bits, bytes: bytes.map((value, index) => value & maskAt(bits, index)) })),
);

function maskAt(bits: number, index: number): number {
  const here = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff << (8 - here)) & 0xff;
}

function isIn({ bytes }: Address, network: Network): boolean {
  return (
    bytes.length === network.bytes.length && bytes.every((value, index) => (value & maskAt(network.bits, index)) === network.bytes[index])
  );
}

test("Holdfast finds the smallest network that an address lies in, as a look through the whole list does", () => {
  fc.assert(
    fc.property(fc.array(network, { maxLength: 40 }), fc.array(address, { minLength: 20, maxLength: 20 }), (networks, addresses) => {
      const trie = createNetworkTrie<number>();
      for (const [index, entry] of networks.entries()) trie.add(entry, index);
      const near = networks.map(({ bytes }) => ({ bytes }));
      for (const asked of [...addresses, ...near]) {
        let best: number | undefined;
        for (const [index, entry] of networks.entries()) {
          if (isIn(asked, entry) && (best === undefined || entry.bits >= (networks[best]?.bits ?? -1))) best = index;
        }
        assert.equal(trie.find(asked), best);
      }
    }),
    { numRuns: 300 },
  );
});

const NOT_ADDRESSES = [
  "", " ", "1", "1.2.3", "1.2.3.4.5", "010.0.0.1", "0x7f.0.0.1", "127.1", "1.2.3.256", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4:80", "[::1]",
  "::1%lo", "fe80::1%eth0", "::ffff:1.2.3.4%1", ":::", "1::2::3", "g::1", "localhost", "١.2.3.4", "1.2.3.4\0", "::1/128", "9".repeat(10_000),
]; // biome-ignore format: one table

test("Holdfast reads nothing but plain addresses", () => {
  for (const text of NOT_ADDRESSES) assert.equal(readAddress(text), undefined, text);
});

test("Holdfast treats IPv4 in IPv6 clothes as the IPv4 that it is", () => {
  assert.deepEqual(readAddress("::ffff:192.0.2.7"), readAddress("192.0.2.7"));
  assert.deepEqual(readAddress("::FFFF:c000:207"), readAddress("192.0.2.7"));
  assert.deepEqual(readNetwork("::ffff:10.0.0.0/104"), readNetwork("10.0.0.0/8"));
});

test("Holdfast names every entry that is not a network", () => {
  const wrong = [
    "10.0.0.1/8",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "2001:db8::/129",
    "2001:db8::1/64",
    "nowhere",
    "::ffff:0.0.0.0/95",
  ];
  assert.throws(
    () => createNetworks(["10.0.0.0/8", ...wrong]),
    (error) => isFault(error, "plan.invalid") && wrong.every((text) => error.message.includes(JSON.stringify(text))),
  );
});

const ADMISSIONS: readonly [allow: string[], deny: string[], address: string, admitted: boolean][] = [
  [[], [], "203.0.113.9", true],
  [[], ["203.0.113.0/24"], "203.0.113.9", false],
  [[], ["203.0.113.0/24"], "203.0.114.9", true],
  [[], ["203.0.113.0/24"], "::ffff:203.0.113.9", false],
  [["10.0.0.0/8"], [], "10.200.3.4", true],
  [["10.0.0.0/8"], [], "11.0.0.1", false],
  [["10.0.0.0/8"], [], "::1", false],
  [["10.0.0.0/8"], ["10.1.0.0/16"], "10.1.2.3", false],
  [["10.0.0.0/8", "10.1.2.0/24"], ["10.1.0.0/16"], "10.1.2.3", true],
  [["10.0.0.0/8"], ["10.0.0.0/8"], "10.1.2.3", false],
  [["2001:db8::/33"], [], "2001:db8:7fff::1", true],
  [["2001:db8::/33"], [], "2001:db8:8000::1", false],
  [["0.0.0.0/0"], ["::/0"], "2001:db8::1", false],
  [["0.0.0.0/0"], ["::/0"], "127.0.0.1", true],
];

for (const [allow, deny, text, admitted] of ADMISSIONS) {
  test(`Holdfast ${admitted ? "admits" : "refuses"} ${text} with allow [${allow}] and deny [${deny}]`, () => {
    const read = readAddress(text);
    assert.equal(read && createAdmission({ allow, deny }).admits(read), admitted);
  });
}

const PROXIES = ["10.0.0.0/8", "::1"];
const FORWARDED: readonly [peer: string, forwardedFor: string | undefined, sender: string | undefined][] = [
  ["203.0.113.9", undefined, "203.0.113.9"],
  ["203.0.113.9", "198.51.100.1", "203.0.113.9"],
  ["10.0.0.1", undefined, "10.0.0.1"],
  ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "6.6.6.6,198.51.100.1 , 10.9.9.9", "198.51.100.1"],
  ["10.0.0.1", "10.1.1.1, 10.9.9.9", "10.1.1.1"],
  ["::1", "2001:db8::7", "2001:db8::7"],
  ["10.0.0.1", "", undefined],
  ["10.0.0.1", "unknown", undefined],
  ["10.0.0.1", "198.51.100.1, unknown", undefined],
  ["10.0.0.1", "unknown, 198.51.100.1", "198.51.100.1"],
  ["10.0.0.1", "fe80::1%eth0", undefined],
  ["fe80::1%eth0", "198.51.100.1", undefined],
];

for (const [peer, forwardedFor, sender] of FORWARDED) {
  test(`Holdfast takes ${sender ?? "nobody"} as the sender behind ${peer} with X-Forwarded-For "${forwardedFor}"`, () => {
    assert.equal(resolveAddress(peer, forwardedFor, createNetworks(PROXIES)), sender);
  });
}
