// Reads the MaxMind DB file format 2.0 (maxmind.github.io/MaxMind-DB): GeoLite2, GeoIP2, DB-IP.

import { parseAddress } from "./address.ts";

/** What GEO holds of an address, by the names of the reference manual. */
export type Place = Readonly<Record<string, string>>;

type Value = string | number | boolean | undefined | readonly Value[] | { readonly [key: string]: Value };

interface Layout {
  readonly bytes: string;
  readonly nodes: number;
  readonly recordBits: number;
  readonly isV6: boolean;
  /** Where pointers and records count from. */
  readonly data: number;
}

const METADATA_MARK = "\xab\xcd\xefMaxMind.com";
/** The specification's bound on where the metadata begins, counted from the end. */
const METADATA_BYTES_MAX = 131_072;
const SEPARATOR_BYTES = 16;
const DEPTH_MAX = 32;
/** Values of one record: real ones have about a hundred. */
const VALUES_MAX = 10_000;

/**
 * Opens a file of places, given as a byte string; undefined where it is none. A look-up takes at most 128 steps in the tree and reads one
 * record; what cannot be read in it is no place.
 */
export function openPlaces(bytes: string): ((address: string) => Place | undefined) | undefined {
  const layout = readLayout(bytes);
  if (layout === undefined) return undefined;
  return (address) => {
    const at = findRecord(layout, address);
    if (at === undefined) return undefined;
    try {
      return placeOf(createDecoder(layout.bytes, layout.data).decode(at));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
}

function readLayout(bytes: string): Layout | undefined {
  const mark = bytes.lastIndexOf(METADATA_MARK);
  if (mark < 0 || mark < bytes.length - METADATA_BYTES_MAX) return undefined;
  const start = mark + METADATA_MARK.length;
  let metadata: Value;
  try {
    metadata = createDecoder(bytes, start).decode(start);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const nodes = numberOf(member(metadata, "node_count"));
  const recordBits = numberOf(member(metadata, "record_size"));
  const version = numberOf(member(metadata, "ip_version"));
  const data = (nodes * recordBits) / 4 + SEPARATOR_BYTES;
  const isKnown = member(metadata, "binary_format_major_version") === 2 && [24, 28, 32].includes(recordBits) && [4, 6].includes(version);
  return isKnown && Number.isSafeInteger(nodes) && data <= mark ? { bytes, nodes, recordBits, isV6: version === 6, data } : undefined;
}

/** Where the record of the address begins; undefined where there is none. */
function findRecord({ bytes, nodes, recordBits, isV6, data }: Layout, text: string): number | undefined {
  const address = parseAddress(text);
  if (address === undefined || (!isV6 && !address.isV4)) return undefined;
  const words = address.isV4 ? Uint32Array.of(0, 0, 0, address.words[3] ?? 0) : address.words;
  let node = 0;
  for (let bit = isV6 ? 0 : 96; bit < 128 && node < nodes; bit++) {
    const side = ((words[bit >> 5] ?? 0) >>> (31 - (bit & 31))) & 1;
    node = readRecord(bytes, node, recordBits, side);
  }
  return node > nodes ? node - nodes - SEPARATOR_BYTES + data : undefined;
}

function readRecord(bytes: string, node: number, recordBits: number, side: number): number {
  const at = (node * recordBits) / 4;
  if (recordBits !== 28) return readNumber(bytes, at + (side * recordBits) / 8, recordBits / 8);
  // Seven bytes: three for each side, and between them the four highest bits of both.
  const middle = bytes.charCodeAt(at + 3);
  return (side === 0 ? middle >> 4 : middle & 15) * 0x100_0000 + readNumber(bytes, at + 4 * side, 3);
}

function readNumber(bytes: string, at: number, length: number): number {
  let number = 0;
  for (let next = at; next < at + length; next++) number = number * 256 + (bytes.charCodeAt(next) || 0);
  return number;
}

/** Decodes the data section; throws RangeError where it makes no sense. */
function createDecoder(bytes: string, base: number): { decode(at: number): Value } {
  let values = 0;
  let end = 0;

  function decode(at: number, depth: number): Value {
    values++;
    if (at >= bytes.length || depth > DEPTH_MAX || values > VALUES_MAX) throw new RangeError("This is no record of a MaxMind DB.");
    const control = bytes.charCodeAt(at);
    if (control >> 5 === 1) return follow(at, control, depth);
    const isExtended = control >> 5 === 0;
    const type = isExtended ? 7 + bytes.charCodeAt(at + 1) : control >> 5;
    const next = at + (isExtended ? 2 : 1);
    const short = control & 31;
    const more = Math.max(0, short - 28);
    const size = more === 0 ? short : readNumber(bytes, next, more) + ([29, 285, 65_821][more - 1] ?? 0);
    const start = next + more;
    if (type === 7) return decodeMap(start, size, depth);
    if (type === 11) return decodeList(start, size, depth);
    end = type === 14 ? start : start + size;
    return scalarOf(bytes, type, start, size);
  }

  function follow(at: number, control: number, depth: number): Value {
    const size = (control >> 3) & 3;
    const pointer = readNumber(bytes, at + 1, size + 1) + (size === 3 ? 0 : (control & 7) * 256 ** (size + 1)) + ([0, 2_048, 526_336, 0][size] ?? 0); // biome-ignore format: one line
    const value = decode(base + pointer, depth + 1);
    end = at + size + 2;
    return value;
  }

  function decodeMap(start: number, size: number, depth: number): Value {
    const map: Record<string, Value> = Object.create(null);
    end = start;
    for (let index = 0; index < size; index++) {
      const key = decode(end, depth + 1);
      if (typeof key !== "string") throw new RangeError("A key of a map is no text.");
      map[key] = decode(end, depth + 1);
    }
    return map;
  }

  function decodeList(start: number, size: number, depth: number): Value {
    const list: Value[] = [];
    end = start;
    for (let index = 0; index < size; index++) list.push(decode(end, depth + 1));
    return list;
  }
  return { decode: (at) => decode(at, 0) };
}

function scalarOf(bytes: string, type: number, start: number, size: number): Value {
  if (type === 2) return bytes.slice(start, start + size);
  if (type === 3 || type === 15) {
    const view = new DataView(Uint8Array.from(bytes.slice(start, start + size), (byte) => byte.charCodeAt(0)).buffer);
    return type === 3 ? view.getFloat64(0) : view.getFloat32(0);
  }
  if (type === 5 || type === 6 || type === 9) return readNumber(bytes, start, size);
  if (type === 14) return size === 1;
  return undefined;
}

function numberOf(value: Value): number {
  return typeof value === "number" ? value : Number.NaN;
}

function member(value: Value, ...path: readonly string[]): Value {
  let found: Value = value;
  for (const name of path) {
    if (typeof found !== "object" || Array.isArray(found) || !(name in found)) return undefined;
    found = (found as { readonly [key: string]: Value })[name];
  }
  return found;
}

const PATHS: Readonly<Record<string, readonly string[]>> = {
  COUNTRY_CODE: ["country", "iso_code"],
  COUNTRY_NAME: ["country", "names", "en"],
  COUNTRY_CONTINENT: ["continent", "names", "en"],
  CITY: ["city", "names", "en"],
  POSTAL_CODE: ["postal", "code"],
  LATITUDE: ["location", "latitude"],
  LONGITUDE: ["location", "longitude"],
  DMA_CODE: ["location", "metro_code"],
};

/** Degrees as libmodsecurity writes them. */
const DECIMALS = 6;

function placeOf(record: Value): Place {
  const place: Record<string, string> = {};
  for (const [name, path] of Object.entries(PATHS)) {
    const value = member(record, ...path);
    if (typeof value === "string") place[name] = value;
    else if (typeof value === "number") place[name] = name === "DMA_CODE" ? String(value) : value.toFixed(DECIMALS);
  }
  const divisions = member(record, "subdivisions");
  const region = Array.isArray(divisions) ? member(divisions[0], "names", "en") : undefined;
  return typeof region === "string" ? { ...place, REGION: region } : place;
}
