import { equalBytes } from "../kit/index.ts";
import { type Checks, createChecks } from "./checks.ts";
import { commitmentLabel, decodeLeaf, type Leaf, slotsOf } from "./leaf.ts";
import { createTree, HASH_BYTES, hashLeaf, TILE_WIDTH, type Tree } from "./merkle.ts";
import type { StoredCheckpoint } from "./origins.ts";
import { type NoteKeys, openNote, parseCheckpoint } from "./signed-note.ts";
import type { SourceLog, TrailSource } from "./source.ts";
import { othersTurn } from "./turn.ts";

/** What a check of the trail needs to know of cryptography: nothing secret. */
export interface VerifyKeys extends NoteKeys {
  readonly commitment: (salt: Uint8Array, label: string, value: string | Uint8Array) => Uint8Array;
}

export interface VerifyNeeds {
  readonly source: TrailSource;
  readonly keys: VerifyKeys;
  /** The name and public key that are known from elsewhere; the newest log must carry exactly these. */
  readonly trusted: { readonly name: string; readonly publicKey: Uint8Array };
  /** A signed note that was kept elsewhere: the trail must contain it. */
  readonly witness?: string;
  readonly onProgress?: (entries: number) => void;
}

export interface LogSummary {
  readonly name: string;
  readonly entries: number;
  readonly checkpoints: number;
  readonly root: Uint8Array;
  /** Entries after the last checkpoint, that nothing signs (yet). */
  readonly unsigned: number;
}

export interface Verification {
  readonly ok: boolean;
  /** One sentence each; empty when all is well. */
  readonly findings: readonly string[];
  readonly logs: readonly LogSummary[];
  readonly openings: { readonly matched: number; readonly erased: number };
}

/** Reads everything once, in order, and believes nothing that it has not computed itself. */
export async function verifyTrail({ source, keys, trusted, witness, onProgress = () => undefined }: VerifyNeeds): Promise<Verification> {
  const checks = createChecks();
  const openings = { matched: 0, erased: 0, present: 0 };
  const logs: LogSummary[] = [];
  const newest = source.logs.at(-1);
  if (newest === undefined) checks.find("There is no trail here.");
  else if (newest.name !== trusted.name || !equalBytes(newest.publicKey, trusted.publicKey)) {
    checks.find(`The newest log is ${newest.name}, and the key that was given belongs to ${trusted.name}.`);
  }
  let before = 0;
  for (const log of source.logs) {
    const witnesses = [log.head, log === newest ? witness : undefined].filter((note) => note !== undefined);
    const walk: Walk = { log, keys, checks, previous: logs.at(-1), witnesses };
    const summary = await verifyLog(walk, source.openings && ((leaf) => checkOpenings(leaf, source, keys, checks, openings)), (count) =>
      onProgress(before + count),
    );
    logs.push(summary);
    before += summary.entries;
    if (log === newest && !log.isGrowing && summary.unsigned > 0)
      checks.find(`${log.name}: its last ${summary.unsigned} entries are not signed.`);
  }
  const stored = (await source.openings?.count()) ?? openings.present;
  if (stored > openings.present) checks.find(`${stored - openings.present} openings belong to no entry.`);
  return { ok: checks.count === 0, findings: checks.findings(), logs, openings: { matched: openings.matched, erased: openings.erased } };
}

interface Walk {
  readonly log: SourceLog;
  readonly keys: VerifyKeys;
  readonly checks: Checks;
  /** The log before this one, which its first entry must name. */
  readonly previous: LogSummary | undefined;
  /** Notes that must be among the checkpoints. */
  readonly witnesses: readonly string[];
}

const PROGRESS_EVERY = 10_000;
const ENTRIES_PER_TURN = 64;

async function verifyLog(
  walk: Walk,
  perLeaf: ((leaf: Leaf) => Promise<void>) | undefined,
  onProgress: (entries: number) => void,
): Promise<LogSummary> {
  const { log, keys, checks } = walk;
  const tree = createTree(keys.sha256);
  const signatures = openCheckpoints(walk);
  let at = { position: -1, n: -1 };
  await signatures.compare(tree);
  for await (const { place, leaf } of log.entries()) {
    if (place !== undefined && (place.position < at.position || (place.position === at.position && place.n <= at.n))) {
      checks.find(`${log.name}: entry ${tree.size} does not stand after the one before it.`);
    }
    at = place ?? at;
    const read = decodeLeaf(leaf);
    if (read === undefined) checks.find(`${log.name}: entry ${tree.size} is not an entry of ours.`);
    else if (perLeaf !== undefined) await perLeaf(read);
    if (tree.size === 0 && walk.previous !== undefined) checkSuccession(walk, walk.previous, read);
    tree.append(hashLeaf(keys.sha256, leaf));
    if (tree.size % TILE_WIDTH === 0 || tree.size === log.size) await compareTiles(walk, tree);
    if (signatures.isDue(tree.size)) await signatures.compare(tree);
    if (tree.size % PROGRESS_EVERY === 0) onProgress(tree.size);
    if (tree.size % ENTRIES_PER_TURN === 0) await othersTurn();
  }
  onProgress(tree.size);
  if (tree.size < log.size) checks.find(`${log.name}: ${log.size - tree.size} entries are missing; the tiles have ${log.size}.`);
  await compareTileCount(walk);
  const { checkpoints, signed } = await signatures.finish(tree);
  return { name: log.name, entries: tree.size, checkpoints, root: tree.root(), unsigned: tree.size - signed };
}

/** A log after the first begins with the entry that names the whole log before it, and so signs it to its last entry. */
function checkSuccession({ log, checks }: Walk, previous: LogSummary, first: Leaf | undefined): void {
  const texts = new Map(slotsOf("restore.done").map(({ name }, slot) => [name, first?.slots[slot]]));
  const [oldOrigin, oldSize, oldRoot] = [texts.get("oldOrigin"), texts.get("oldSize"), texts.get("oldRoot")];
  const fits =
    first?.kind === "restore.done" &&
    oldOrigin?.kind === "text" &&
    oldOrigin.text === previous.name &&
    oldSize?.kind === "number" &&
    oldSize.number === previous.entries &&
    oldRoot?.kind === "text" &&
    oldRoot.text === Buffer.from(previous.root).toString("base64");
  if (!fits)
    checks.find(
      `${log.name}: its first entry does not name the log before it as it is here (${previous.name}, ${previous.entries} entries).`,
    );
}

async function compareTiles({ log, checks }: Walk, tree: Tree): Promise<void> {
  if (tree.size > log.size) return;
  const isEnd = tree.size === log.size;
  // What was written last is looked at once more at the end: an unfinished tile must also not be wider than it may.
  for (const { level, index, hashes } of [...tree.takeTiles(), ...(isEnd ? tree.edge() : [])]) {
    const stored = await log.tile(level, index);
    const isWhole = isEnd || hashes.length === TILE_WIDTH * HASH_BYTES;
    const isAsWide = stored?.length === hashes.length || !isWhole || (isEnd && (await log.hasGrown()));
    const same = stored !== undefined && equalBytes(stored.subarray(0, hashes.length), hashes) && isAsWide;
    if (!same) checks.find(`${log.name}: tile ${index} of level ${level} is not what its entries give.`);
  }
}

async function compareTileCount({ log, checks }: Walk): Promise<void> {
  const { count, size } = await log.tileCount();
  let expected = 0;
  for (let width = 1; size >= width; width *= TILE_WIDTH) expected += Math.ceil(Math.floor(size / width) / TILE_WIDTH);
  if (count !== expected) checks.find(`${log.name}: there are ${count} tiles where ${size} entries need ${expected}.`);
}

interface Signatures {
  isDue(size: number): boolean;
  /** Judges every checkpoint of exactly this size. */
  compare(tree: Tree): Promise<void>;
  finish(tree: Tree): Promise<{ readonly checkpoints: number; readonly signed: number }>;
}

function openCheckpoints({ log, keys, checks, witnesses }: Walk): Signatures {
  const iterator = log.checkpoints()[Symbol.asyncIterator]();
  const missed = new Set(witnesses);
  let next: IteratorResult<Pick<StoredCheckpoint, "number" | "size" | "note">> | undefined;
  let count = 0;
  let signed = 0;

  const judge = (tree: Tree, number: number, note: string): void => {
    const who = `checkpoint ${number}`;
    const claim = readNote(log, keys, note);
    if (claim === undefined) checks.find(`${log.name}: ${who} does not carry the signature of this log.`);
    else if (claim.size !== tree.size)
      checks.find(`${log.name}: ${who} was signed over ${claim.size} entries, and stands at ${tree.size}.`);
    else if (!equalBytes(claim.root, tree.root()))
      checks.find(`${log.name}: ${who} was signed over other entries than these first ${tree.size}.`);
    else signed = Math.max(signed, claim.size);
  };

  return {
    isDue: (size) => next === undefined || (!next.done && next.value.size <= size),
    async compare(tree) {
      for (next ??= await iterator.next(); !next.done && next.value.size <= tree.size; next = await iterator.next()) {
        const { number, size, note } = next.value;
        if (number !== count + 1) checks.find(`${log.name}: checkpoint ${count + 1} is missing.`);
        count = number;
        missed.delete(note);
        if (size < tree.size) checks.find(`${log.name}: checkpoint ${number} does not stand in the order of its size.`);
        else judge(tree, number, note);
      }
    },
    async finish(tree) {
      for (next ??= await iterator.next(); !next.done; next = await iterator.next()) {
        count = next.value.number;
        missed.delete(next.value.note);
        checks.find(`${log.name}: checkpoint ${count} was signed over ${next.value.size} entries, and there are ${tree.size}.`);
      }
      for (const note of missed)
        checks.find(
          `${log.name}: the checkpoint over ${readNote(log, keys, note)?.size ?? "unknown"} entries that was kept elsewhere is not among those of this trail.`,
        );
      if (count === 0 && log.size > 0) checks.find(`${log.name}: there is no checkpoint, so nothing vouches for its entries.`);
      return { checkpoints: count, signed };
    },
  };
}

function readNote(log: SourceLog, keys: VerifyKeys, note: string): ReturnType<typeof parseCheckpoint> {
  const text = openNote(note, log.name, log.publicKey, keys);
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
  return checkpoint?.origin === log.name ? checkpoint : undefined;
}

interface OpeningCount {
  matched: number;
  erased: number;
  present: number;
}

async function checkOpenings(leaf: Leaf, { openings }: TrailSource, keys: VerifyKeys, checks: Checks, count: OpeningCount): Promise<void> {
  if (openings === undefined) return;
  for (const [slot, commitment] of leaf.slots.entries()) {
    if (commitment.kind !== "personal") continue;
    const name = slotsOf(leaf.kind)[slot]?.name ?? `${slot}`;
    const opening = await openings.find(leaf.id, slot);
    if (opening === "absent") {
      count.erased += 1;
      continue;
    }
    count.present += 1;
    const fits =
      opening !== "damaged" &&
      equalBytes(keys.commitment(opening.salt, commitmentLabel(leaf.kind, name), opening.value), commitment.digest);
    if (fits) count.matched += 1;
    else checks.find(`The opening of ${name} in a ${leaf.kind} entry does not fit what the entry commits to.`);
  }
}
