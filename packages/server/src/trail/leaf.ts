import {
  EVENTS,
  Fault,
  ID_BYTES,
  type Id,
  joinLengthPrefixed,
  readUint32,
  type SlotKind,
  splitLengthPrefixed,
  utf8,
} from "../kit/index.ts";

/**
 * The bytes of an entry, for ever: joinLengthPrefixed of
 * version (1 byte), entry id (16 random bytes), kind, at (decimal ms), and one part a slot: request, actor, address, then the fields
 * of the kind in the order of EVENTS. A slot says its own type in its first byte, so that its bytes can be read without that table.
 */
export const LEAF_VERSION = 1;

/** C2SP tlog-tiles gives an entry 16 bits of length; slots are cut well below, so that no event is ever too long for the trail. */
export const TEXT_SLOT_BYTES_MAX = 4_096;
export const LEAF_BYTES_MAX = 65_535;

const DIGEST_BYTES = 32;

export type LeafSlot =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "personal"; readonly digest: Uint8Array };

const TAGS: Readonly<Record<LeafSlot["kind"], number>> = { none: 0, text: 1, number: 2, personal: 3 };

export interface Leaf {
  readonly id: Id;
  readonly kind: string;
  readonly at: number;
  readonly slots: readonly LeafSlot[];
}

export interface SlotName {
  readonly name: string;
  readonly kind: SlotKind;
}

const COMMON_SLOTS: readonly SlotName[] = [
  { name: "request", kind: "text" },
  { name: "actor", kind: "personal" },
  { name: "address", kind: "personal" },
];

const SLOTS: ReadonlyMap<string, readonly SlotName[]> = new Map(
  Object.entries(EVENTS).map(([kind, fields]) => [
    kind,
    [...COMMON_SLOTS, ...Object.entries(fields).map(([name, slot]): SlotName => ({ name, kind: slot }))],
  ]),
);

/** The slots of a kind, in leaf order; the common ones alone for a kind that this version does not know. */
export function slotsOf(kind: string): readonly SlotName[] {
  return SLOTS.get(kind) ?? COMMON_SLOTS;
}

/** What a personal slot's commitment is bound to besides its value. */
export function commitmentLabel(kind: string, slot: string): string {
  return `trail/${LEAF_VERSION}/${kind}/${slot}`;
}

export function encodeLeaf({ id, kind, at, slots }: Leaf): Uint8Array {
  return joinLengthPrefixed([Uint8Array.of(LEAF_VERSION), id, kind, decimal(at), ...slots.map(encodeSlot)]);
}

// Behind the version and the id, each behind its length.
const KIND_AT = 4 + 1 + 4 + ID_BYTES;

/** The kind alone, for those who look at all entries and into few of them; "" for bytes that are no leaf. */
export function kindOf(leaf: Uint8Array): string {
  const length = readUint32(leaf, KIND_AT) ?? 0;
  return Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength).toString("latin1", KIND_AT + 4, KIND_AT + 4 + length);
}

/** `undefined` for bytes that {@link encodeLeaf} would not have written. */
export function decodeLeaf(bytes: Uint8Array): Leaf | undefined {
  const [version, id, kind, at, ...slots] = splitLengthPrefixed(bytes) ?? [];
  if (version?.length !== 1 || version[0] !== LEAF_VERSION || id?.length !== ID_BYTES || kind === undefined || at === undefined)
    return undefined;
  const time = readDecimal(at);
  const kindText = readText(kind);
  if (time === undefined || kindText === undefined) return undefined;
  const read: LeafSlot[] = [];
  for (const slot of slots) {
    const decoded = decodeSlot(slot);
    if (decoded === undefined) return undefined;
    read.push(decoded);
  }
  return { id: id.slice(), kind: kindText, at: time, slots: read };
}

function encodeSlot(slot: LeafSlot): Uint8Array {
  const payload = slotPayload(slot);
  const bytes = new Uint8Array(1 + payload.length);
  bytes[0] = TAGS[slot.kind];
  bytes.set(payload, 1);
  return bytes;
}

function slotPayload(slot: LeafSlot): Uint8Array {
  switch (slot.kind) {
    case "none":
      return new Uint8Array(0);
    case "text":
      return cutText(slot.text);
    case "number":
      return utf8(decimal(slot.number));
    case "personal":
      return slot.digest;
  }
}

function decodeSlot(bytes: Uint8Array): LeafSlot | undefined {
  const payload = bytes.subarray(1);
  switch (bytes[0]) {
    case TAGS.none:
      return payload.length === 0 ? { kind: "none" } : undefined;
    case TAGS.text: {
      const text = readText(payload);
      return text === undefined ? undefined : { kind: "text", text };
    }
    case TAGS.number: {
      const number = readDecimal(payload);
      return number === undefined ? undefined : { kind: "number", number };
    }
    case TAGS.personal:
      return payload.length === DIGEST_BYTES ? { kind: "personal", digest: payload.slice() } : undefined;
    default:
      return undefined;
  }
}

/** Whole numbers only, in the one form that each has: leaves must be the same bytes on every engine. */
function decimal(number: number): string {
  const whole = Math.round(number);
  if (!Number.isSafeInteger(whole)) throw new Fault("internal", "An event carries a number that the trail cannot hold.");
  return String(whole === 0 ? 0 : whole);
}

function readDecimal(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes).toString("latin1");
  return /^(0|-?[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

const CUT_MARK = utf8("…");
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Ends with "…" where it had to be cut, at a whole character. */
function cutText(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length <= TEXT_SLOT_BYTES_MAX) return bytes;
  let end = TEXT_SLOT_BYTES_MAX - CUT_MARK.length;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  const cut = new Uint8Array(end + CUT_MARK.length);
  cut.set(bytes.subarray(0, end));
  cut.set(CUT_MARK, end);
  return cut;
}

function readText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
