import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createWaf, KNOWN_NAMES } from "../../src/engine/index.ts";
import { openPlaces } from "../../src/operator/places-file.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { headOf } from "../engine/send.ts";

type Item = string | number | readonly Item[] | { readonly [key: string]: Item } | { readonly pointer: number };

const bytes = (number: number, count: number): string =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(Math.floor(number / 256 ** (count - 1 - index)) % 256)).join("");

/** A value as the specification of the MaxMind DB format writes it. */
function encode(item: Item): string {
  if (typeof item === "string") return head(2, item.length) + item;
  if (typeof item === "number" && Number.isInteger(item)) return head(6, 4) + bytes(item, 4);
  if (typeof item === "number")
    return (
      head(3, 8) +
      Buffer.from(new Float64Array([item]).buffer)
        .reverse()
        .toString("latin1")
    );
  if (Array.isArray(item)) return head(11, item.length) + item.map(encode).join("");
  if ("pointer" in item && typeof item.pointer === "number")
    return String.fromCharCode(0x20 + (item.pointer >> 8)) + bytes(item.pointer % 256, 1);
  return head(7, Object.keys(item).length) + Object.entries(item).map(([key, value]) => encode(key) + encode(value)).join(""); // biome-ignore format: one line
}

function head(type: number, size: number): string {
  const [short, more] = size < 29 ? [size, ""] : size < 285 ? [29, bytes(size - 29, 1)] : [30, bytes(size - 285, 2)];
  return type > 7 ? bytes(short, 1) + bytes(type - 7, 1) + more : bytes(type * 32 + short, 1) + more;
}

/** A file with one network, given by its bits, whose record is the data section's beginning. */
function fileOf(bits: string, data: string, recordBits: 24 | 28 | 32, version: 4 | 6): string {
  const nodes = bits.length;
  const tree = [...bits].map((bit, index) => {
    const onward = index === nodes - 1 ? nodes + 16 : index + 1;
    return record(bit === "0" ? onward : nodes, bit === "0" ? nodes : onward, recordBits);
  });
  const metadata = {
    node_count: nodes,
    record_size: recordBits,
    ip_version: version,
    binary_format_major_version: 2,
    description: "x".repeat(300),
  };
  return `${tree.join("")}${"\0".repeat(16)}${data}\xab\xcd\xefMaxMind.com${encode(metadata)}`;
}

function record(left: number, right: number, recordBits: number): string {
  if (recordBits !== 28) return bytes(left, recordBits / 8) + bytes(right, recordBits / 8);
  return bytes(left % 0x1000000, 3) + bytes((left >> 24) * 16 + (right >> 24), 1) + bytes(right % 0x1000000, 3);
}

const ENGLISH = encode("South Korea");
const SEOUL = encode({
  country: { iso_code: "KR", names: { de: "Südkorea", en: "South Korea" } },
  continent: { names: { en: "Asia" } },
  city: { names: { en: "Seoul" } },
  postal: { code: "04524" },
  location: { latitude: 37.566, longitude: 126.9784, metro_code: 7 },
  subdivisions: [{ names: { en: "Seoul-teukbyeolsi" } }, { names: { en: "x" } }],
});
const PLACE = { COUNTRY_CODE: "KR", COUNTRY_NAME: "South Korea", COUNTRY_CONTINENT: "Asia", CITY: "Seoul", POSTAL_CODE: "04524", LATITUDE: "37.566000", LONGITUDE: "126.978400", DMA_CODE: "7", REGION: "Seoul-teukbyeolsi" }; // biome-ignore format: one line
/** 192.0.2.0/24 */
const V4 = "110000000000000000000010";
const V6 = `${"0".repeat(96)}${V4}`;

for (const size of [24, 28, 32] as const) {
  test(`The firewall finds places in files with records of ${size} bits`, () => {
    for (const find of [openPlaces(fileOf(V4, SEOUL, size, 4)), openPlaces(fileOf(V6, SEOUL, size, 6))]) {
      deepStrictEqual(find?.("192.0.2.77"), PLACE);
      deepStrictEqual(find?.("::ffff:192.0.2.77"), undefined);
      strictEqual(find?.("192.0.3.1"), undefined);
      strictEqual(find?.("2001:db8::1"), undefined);
      strictEqual(find?.("no address"), undefined);
    }
  });
}

test("The firewall follows pointers in a file of places, and goes round in no circle", () => {
  const country = (name: Item): string => encode({ country: { names: { en: name } } });
  const pointed = country({ pointer: 0 }).length;
  const data = `${country({ pointer: 0x100 })}`.padEnd(0x100, "\0") + ENGLISH;
  deepStrictEqual(openPlaces(fileOf(V4, data, 24, 4))?.("192.0.2.1"), { COUNTRY_NAME: "South Korea" });
  strictEqual(pointed < 0x100, true);
  strictEqual(openPlaces(fileOf(V4, country({ pointer: 0 }), 24, 4))?.("192.0.2.1"), undefined);
});

test("The firewall takes no other file for places, and finds nothing in a broken one", () => {
  for (const text of ["", "GEO", "\xab\xcd\xefMaxMind.com", `\xab\xcd\xefMaxMind.com${encode({ node_count: 9_999, record_size: 24, ip_version: 4, binary_format_major_version: 2 })}`])
    strictEqual(openPlaces(text), undefined); // biome-ignore format: one line
  const sound = fileOf(V4, SEOUL, 24, 4);
  fc.assert(
    fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, byte) => {
      const broken = sound.slice(0, at) + String.fromCharCode(byte) + sound.slice(at + 1);
      const place = openPlaces(broken)?.("192.0.2.1");
      strictEqual(place === undefined || typeof place === "object", true);
    }),
    { numRuns: 2_000 },
  );
});

const RULES = `SecRule REMOTE_ADDR "@geoLookup" "id:1,phase:1,pass,chain"\nSecRule GEO:COUNTRY_CODE "@streq KR"\nSecGeoLookupDb places.mmdb`;

function matchesWith(file: string): readonly number[] {
  const readFile = (path: string): string => {
    if (path !== "rules/places.mmdb") throw new Error("not there");
    return file;
  };
  const files = { readFile, listFiles: () => [] };
  const rules = loadRules({ sources: [{ name: "rules/a.conf", text: RULES }], files, known: KNOWN_NAMES });
  deepStrictEqual(rules.remarks, []);
  const transaction = createWaf({ rules, now: Date.now, newId: () => "1" }).open(headOf({}));
  transaction.head();
  return transaction.matches.map(({ ruleId }) => ruleId);
}

test("The firewall asks the file of SecGeoLookupDb, wherever the directive stands", () => {
  deepStrictEqual(matchesWith(fileOf(V4, SEOUL, 24, 4)), [1]);
  deepStrictEqual(matchesWith(fileOf("1", SEOUL, 24, 4).replace("KR", "DE")), []);
  throws(() => matchesWith("GeoIP"), /rules\/a\.conf:1: @geoLookup: rules\/places\.mmdb is no MaxMind DB/);
});
