import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { personal } from "../../src/kit/index.ts";
import type { Value } from "../../src/model/value.ts";
import type { Step, Store } from "../../src/store/index.ts";
import { createTrailReader, type ReadFolder, type TrailReader, type Verification, verifyFolder } from "../../src/trail/index.ts";
import { openTrailHouse, type TrailHouse } from "./trail-house.ts";

const RUNS = process.env["HOLDFAST_SLOW"] === undefined ? 60 : 5_000;

type Files = Map<string, Uint8Array>;

interface Exported {
  readonly files: Files;
  readonly key: string;
}

/** 600 entries in a handful of checkpoints, as files. */
async function exported(): Promise<Exported> {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  for (let part = 0; part < 6; part += 1) {
    const steps = Array.from({ length: 100 }, (_, at) =>
      trail.entry({ kind: "request.refused", at: part, rule: "r", route: `x${at}`, status: 400 }),
    );
    await house.store.commit({ steps: steps.flat() });
    await trail.settle();
  }
  const files: Files = new Map();
  const reader = readerOf(house);
  await reader.export(
    async (path, bytes) => void files.set(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes)),
  );
  return { files, key: reader.verifierKey };
}

function readerOf({ store, report, opened }: TrailHouse): TrailReader {
  return createTrailReader({ store, report, vault: opened.vault });
}

function folderOf(files: Files): ReadFolder {
  return {
    read: async (path) => files.get(path),
    list: async (path) => [...files.keys()].filter((name) => name.startsWith(`${path}/`)).map((name) => name.slice(path.length + 1)),
  };
}

/** Whether a check of these files finds that something is wrong. */
async function isFound(files: Files, key: string): Promise<boolean> {
  try {
    return !(await verifyFolder(folderOf(files), key)).ok;
  } catch (error) {
    assert.equal(error instanceof Error && "code" in error ? error.code : error, "trail.refused");
    return true;
  }
}

const whole = await exported();

test("Holdfast exports the trail in the layout of C2SP tlog-tiles and verifies it with the public key alone", async () => {
  const verification = await verifyFolder(folderOf(whole.files), whole.key);
  assert.deepEqual(verification.findings, []);
  assert.deepEqual(
    verification.logs.map(({ entries, checkpoints, unsigned }) => [entries, checkpoints, unsigned]),
    [[600, 6, 0]],
  );
  const names = [...whole.files.keys()].sort();
  assert.deepEqual(names, [
    "log/0/checkpoint",
    "log/0/checkpoints",
    "log/0/key",
    "log/0/size",
    "log/0/tile/0/000",
    "log/0/tile/0/001",
    "log/0/tile/0/002.p/88",
    "log/0/tile/1/000.p/2",
    "log/0/tile/entries/000",
    "log/0/tile/entries/001",
    "log/0/tile/entries/002.p/88",
  ]);
});

test("Holdfast finds every bit that is flipped in an exported trail, wherever it is", async () => {
  const names = [...whole.files.keys()];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(), fc.nat(7), async (name, at, bit) => {
      const files = new Map(whole.files);
      const bytes = Uint8Array.from(files.get(name) ?? []);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      files.set(name, bytes);
      return isFound(files, whole.key);
    }),
    { numRuns: RUNS },
  );
});

test("Holdfast finds every bit that is flipped in the length of an exported note or entry", async () => {
  const places = [
    ...lengthPlaces("log/0/checkpoints", 4),
    // Of entries, the last of each bundle: only its length can point behind the end.
    ...["000", "001", "002.p/88"].flatMap((tile) => lengthPlaces(`log/0/tile/entries/${tile}`, 2).slice(-2)),
  ];
  assert.equal(places.length, 6 * 4 + 3 * 2);
  for (const { name, at } of places) {
    for (let bit = 0; bit < 8; bit += 1) {
      const bytes = Uint8Array.from(whole.files.get(name) ?? []);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      assert.ok(await isFound(new Map(whole.files).set(name, bytes), whole.key), `${name} byte ${at} bit ${bit}`);
    }
  }
});

function lengthPlaces(name: string, lengthBytes: number): { readonly name: string; readonly at: number }[] {
  const bytes = Buffer.from(whole.files.get(name) ?? []);
  const places: { name: string; at: number }[] = [];
  for (let at = 0; at < bytes.length; at += lengthBytes + bytes.readUIntBE(at, lengthBytes)) {
    for (let byte = 0; byte < lengthBytes; byte += 1) places.push({ name, at: at + byte });
  }
  return places;
}

test("Holdfast finds every exported file that is cut, lengthened or missing", async () => {
  for (const [name, bytes] of whole.files) {
    const without = new Map(whole.files);
    without.delete(name);
    assert.ok(await isFound(without, whole.key), `without ${name}`);
    for (const keep of [0, 1, bytes.length - 1])
      assert.ok(await isFound(new Map(whole.files).set(name, bytes.subarray(0, keep)), whole.key), `${name} cut to ${keep}`);
    assert.ok(await isFound(new Map(whole.files).set(name, Uint8Array.from([...bytes, 0])), whole.key), `${name} lengthened`);
  }
  const more = new Map(whole.files).set("log/0/tile/0/003.p/1", new Uint8Array(32));
  assert.ok(await isFound(more, whole.key), "a tile too many");
});

test("Holdfast finds entries that change places, that are taken out and that are put in", async () => {
  const path = "log/0/tile/entries/002.p/88";
  const entries = splitBundle(whole.files.get(path) ?? new Uint8Array(0));
  assert.equal(entries.length, 88);
  await fc.assert(
    fc.asyncProperty(fc.nat(87), fc.nat(87), fc.constantFrom("swap", "remove", "insert"), async (one, other, how) => {
      const changed = [...entries];
      const [a, b] = [changed[one], changed[other]];
      if (a === undefined || b === undefined || (how === "swap" && one === other)) return true;
      if (how === "swap") [changed[one], changed[other]] = [b, a];
      if (how === "remove") changed.splice(one, 1);
      if (how === "insert") changed.splice(one, 0, b);
      return isFound(new Map(whole.files).set(path, Buffer.concat(changed)), whole.key);
    }),
    { numRuns: 30 },
  );
});

function splitBundle(bundle: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length; ) {
    const length = 2 + Buffer.from(bundle).readUInt16BE(at);
    entries.push(bundle.slice(at, at + length));
    at += length;
  }
  return entries;
}

test("Holdfast believes no exported trail under another key", async () => {
  const other = await exported();
  assert.ok(await isFound(whole.files, other.key));
});

interface Tampering {
  readonly what: string;
  readonly steps: (house: TrailHouse) => Promise<readonly Step[]>;
}

const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));

/** A step that changes one cell of the first row of a table, whatever it says. */
async function change(
  house: TrailHouse,
  table: string,
  key: readonly string[],
  column: string,
  changed: (value: Value) => Value,
): Promise<readonly Step[]> {
  const [row] = await house.store.view((view) =>
    view.read({ table, columns: [...key, column, "row_version"], where: { op: "all", of: [] }, limit: 1 }),
  );
  assert.ok(row);
  const version = row.at(-1);
  assert.ok(typeof version === "number");
  return [{ do: "update", table, key: row.slice(0, key.length), version, set: { [column]: changed(row[key.length] ?? null) } }];
}

const asBytes = (value: Value): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(0));
const where = (column: string, value: Value): { op: "compare"; sense: "is"; column: string; by: "eq"; value: Value } => ({
  op: "compare",
  sense: "is",
  column,
  by: "eq",
  value,
});

const TAMPERINGS: readonly Tampering[] = [
  {
    what: "an opening that was changed",
    steps: (house) => change(house, "trail.openings", ["entry", "slot"], "sealed", (value) => flip(asBytes(value))),
  },
  {
    what: "an opening under another subject",
    steps: (house) => change(house, "trail.openings", ["entry", "slot"], "subject", () => new Uint8Array(16)),
  },
  {
    what: "an opening that belongs to no entry",
    steps: async () => [
      { do: "insert", table: "trail.openings", row: { entry: new Uint8Array(16), slot: 3, subject: null, sealed: new Uint8Array(80) } },
    ],
  },
  {
    what: "a tile that was changed",
    steps: (house) => change(house, "trail.tiles", ["origin", "level", "tile"], "hashes", (value) => flip(asBytes(value))),
  },
  { what: "a tile that was taken out", steps: async () => [{ do: "clear", table: "trail.tiles", where: where("level", 1) }] },
  {
    what: "a tile that was put in",
    steps: async () => [{ do: "insert", table: "trail.tiles", row: { origin: 0, level: 4, tile: 9, hashes: new Uint8Array(32) } }],
  },
  {
    what: "a checkpoint that was taken out of the middle",
    steps: async () => [{ do: "clear", table: "trail.checkpoints", where: where("number", 2) }],
  },
  { what: "the first checkpoint taken out", steps: async () => [{ do: "clear", table: "trail.checkpoints", where: where("number", 1) }] },
  { what: "the last checkpoint taken out", steps: async () => [{ do: "clear", table: "trail.checkpoints", where: where("number", 3) }] },
  {
    what: "a checkpoint that was signed over other entries",
    steps: (house) => change(house, "trail.checkpoints", ["origin", "number"], "note", (note) => String(note).replace(/\n\d+\n/, "\n7\n")),
  },
  { what: "a size that was changed", steps: (house) => change(house, "trail.origins", ["number"], "size", (size) => Number(size) - 1) },
  {
    what: "a public key that was exchanged",
    steps: (house) => change(house, "trail.origins", ["number"], "public_key", () => new Uint8Array(32)),
  },
  {
    what: "a log that was put in",
    steps: async (house) => [
      {
        do: "insert",
        table: "trail.origins",
        row: { number: 1, origin: "x", public_key: house.opened.vault.checkpointPublicKey, after: 0, size: 0, position: 0, n: 0 },
      },
    ],
  },
];

async function verifiedAfter({ steps }: Tampering): Promise<Verification> {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  for (let part = 0; part < 3; part += 1) {
    const entries = Array.from({ length: 100 }, (_, at) =>
      trail.entry({ kind: "account.changed", at, account: personal(`somebody ${at}`, house.opened.vault.newId()), what: "x" }),
    );
    await house.store.commit({ steps: entries.flat() });
    await trail.settle();
  }
  const receipt = await house.store.commit({ steps: await steps(house) });
  assert.ok(receipt.committed);
  return await readerOf(house).verify({ witness: house.notes.at(-1) });
}

for (const tampering of TAMPERINGS) {
  test(`Holdfast finds ${tampering.what}`, async () => {
    const { ok, findings } = await verifiedAfter(tampering);
    assert.equal(ok, false);
    assert.ok(findings.every((sentence) => sentence.endsWith(".")));
  });
}

test("Holdfast finds nothing in a trail that nobody touched", async () => {
  const { ok, findings, openings } = await verifiedAfter({
    what: "nothing",
    steps: async () => [{ do: "clear", table: "trail.tiles", where: where("level", 9) }],
  });
  assert.deepEqual([ok, findings, openings], [true, [], { matched: 300, erased: 0 }]);
});

test("Holdfast finds a trail that is shorter than a note that was kept elsewhere", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  await house.store.commit({ steps: trail.entry({ kind: "server.stopped", at: 0, reason: "x" }) });
  await trail.settle();
  const { findings } = await readerOf(house).verify({ witness: house.notes.at(-1)?.replace("\n1\n", "\n2\n") });
  assert.equal(findings.length, 1);
});

/** A store that writes an entry of its own, and waits for its signature, at each so many looks of others. */
function growing({ store }: TrailHouse, grow: () => Promise<void>): Store {
  let looks = 0;
  return {
    ...store,
    async view(work) {
      looks += 1;
      if (looks % LOOKS_PER_ENTRY === 0) await grow();
      return store.view(work);
    },
  };
}

const LOOKS_PER_ENTRY = 25;
const TURNS_MIN = 10;

test("Holdfast verifies and exports a trail that grows meanwhile, lets others have their turn, and still finds what is wrong", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  const { store, report, opened } = house;
  const born = (at: number): readonly Step[] =>
    trail.entry({ kind: "account.created", at, account: personal(`a${at}`, opened.vault.newId()), by: "x" });
  // Three tiles are nearly full: the next one begins while the first of them are compared.
  let entries = 765;
  await store.commit({ steps: Array.from({ length: entries }, (_, at) => born(at)).flat() });
  await trail.settle();
  const grow = async (): Promise<void> => {
    entries += 1;
    await store.commit({ steps: [...born(entries)] });
    await trail.settle();
  };
  const reader = createTrailReader({ store: growing(house, grow), report, vault: opened.vault });
  const before = entries;
  const verification = await reader.verify({ witness: house.notes.at(-1) });
  assert.deepEqual(verification.findings, []);
  assert.ok(entries > before + 3, `${entries - before} entries came meanwhile`);
  const files: Files = new Map();
  await reader.export(
    async (path, bytes) => void files.set(path, typeof bytes === "string" ? new TextEncoder().encode(bytes) : Uint8Array.from(bytes)),
  );
  assert.deepEqual((await verifyFolder(folderOf(files), reader.verifierKey)).findings, []);
  const stray = { entry: opened.vault.newId(), slot: 0, subject: null, sealed: new Uint8Array(1) };
  await store.commit({ steps: [{ do: "insert", table: "trail.openings", row: stray }] });
  assert.deepEqual((await reader.verify({})).findings, ["1 openings belong to no entry."]);
  let turns = 0;
  let isVerified = false;
  const count = (): void => {
    turns += 1;
    if (!isVerified) setImmediate(count);
  };
  count();
  await readerOf(house).verify({});
  isVerified = true;
  assert.ok(turns > TURNS_MIN, `others had ${turns} turns`);
});
