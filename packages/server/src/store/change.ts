import { Fault, joinLengthPrefixed, splitLengthPrefixed, utf8 } from "../kit/index.ts";
import type { Table } from "../model/schema.ts";
import type { Value } from "../model/value.ts";
import { CHANGES } from "./contract.ts";

/** One cell of a stored row: the stable number of its column (0 for the row version) and its value. */
export interface StoredCell {
  readonly column: number;
  readonly value: Value;
}

/**
 * The outbox. `table` is the table's stable number; `key`, `before` and `after` are stored cells; a row whose subject changes
 * leaves two records (it went from the one, it came to the other), so that each is purged with its own subject.
 */
export const changesTable: Table = {
  name: CHANGES,
  kind: "log",
  key: [],
  columns: [
    { name: "table", type: "integer", nullable: false },
    { name: "key", type: "blob", nullable: false },
    { name: "subject", type: "blob", nullable: true },
    { name: "before", type: "blob", nullable: true },
    { name: "after", type: "blob", nullable: true },
  ],
  indexes: [{ columns: ["subject"], unique: false }],
  changes: false,
};

/** Each cell is column number (2 bytes, big-endian) ‖ type letter ‖ value; cells follow their lengths. Numbers survive renames and added columns. */
export function encodeCells(columns: readonly number[], values: readonly Value[]): Uint8Array {
  return joinLengthPrefixed(columns.map((column, at) => encodeCell(column, values[at] ?? null)));
}

/** Fault `internal` for bytes that {@link encodeCells} has not made. */
export function decodeCells(bytes: Uint8Array): readonly StoredCell[] {
  const cells = splitLengthPrefixed(bytes);
  if (cells === undefined) throw damaged();
  return cells.map(decodeCell);
}

const NULL = 0x6e;
const NUMBER = 0x66;
const TEXT = 0x74;
const BYTES = 0x62;
const HEAD_BYTES = 3;
const NUMBER_BYTES = 8;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function encodeCell(column: number, value: Value): Uint8Array {
  const [letter, payload] = encodeValue(value);
  const cell = new Uint8Array(HEAD_BYTES + payload.length);
  cell[0] = column >> 8;
  cell[1] = column & 0xff;
  cell[2] = letter;
  cell.set(payload, HEAD_BYTES);
  return cell;
}

const NOTHING = new Uint8Array(0);

function encodeValue(value: Value): readonly [number, Uint8Array] {
  if (value === null) return [NULL, NOTHING];
  if (typeof value === "string") return [TEXT, utf8(value)];
  if (typeof value !== "number") return [BYTES, value];
  const bytes = new Uint8Array(NUMBER_BYTES);
  // Negative zero is zero to the engine, and must be the same bytes.
  new DataView(bytes.buffer).setFloat64(0, value + 0);
  return [NUMBER, bytes];
}

function decodeCell(cell: Uint8Array): StoredCell {
  const [high, low, letter] = cell;
  if (high === undefined || low === undefined || letter === undefined) throw damaged();
  return { column: (high << 8) | low, value: decodeValue(letter, cell.subarray(HEAD_BYTES)) };
}

function decodeValue(letter: number, payload: Uint8Array): Value {
  if (letter === NULL && payload.length === 0) return null;
  if (letter === TEXT) return decoder.decode(payload);
  if (letter === BYTES) return payload;
  if (letter === NUMBER && payload.length === NUMBER_BYTES)
    return new DataView(payload.buffer, payload.byteOffset, NUMBER_BYTES).getFloat64(0);
  throw damaged();
}

function damaged(): Fault {
  return new Fault("internal", "A change record is damaged.");
}
