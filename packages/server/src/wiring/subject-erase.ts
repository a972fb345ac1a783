import type { App } from "../app.ts";
import type { ErasedRows, NamedIn } from "../data/index.ts";
import { Fault, faultFrom, formatId, type Id, personal } from "../kit/index.ts";
import type { Step } from "../store/index.ts";
import { type SignedStatement, signStatement } from "../trail/index.ts";

/** What an erasure did, for whoever asked for it; it is signed, and the trail keeps its hash. */
export interface ErasureCertificate {
  readonly format: "holdfast-erasure-1";
  readonly app: string;
  readonly appId: string;
  readonly account: string;
  readonly askedBy: string;
  readonly erasedAt: string;
  /** Rows of the app's collections that were removed, and rows that lost the name. */
  readonly collections: readonly ErasedRows[];
  /** Rows that the server itself kept about the account, by table. */
  readonly tables: Readonly<Record<string, number>>;
  /** What opened the personal values in the trail. */
  readonly openings: number;
  /** Rows of others that go on naming the account's bare id. */
  readonly named: readonly NamedIn[];
  /** In plain sentences, what this erasure does not reach. */
  readonly remains: readonly string[];
}

const TRIES_MAX = 10;

/**
 * Erases all that the server holds of one account, now. Cut off anywhere it goes on at the next call: nobody can sign in from its
 * beginning, and the account waits as due until its last commit.
 */
export function eraseSubject(app: App, account: Id, askedBy: string): Promise<SignedStatement<ErasureCertificate>> {
  const key = formatId(account);
  const work = underWay.get(key) ?? erase(app, account, askedBy).finally(() => underWay.delete(key));
  underWay.set(key, work);
  return work;
}

/** Whoever asks for an erasure that is under way gets the certificate of that one. */
const underWay = new Map<string, Promise<SignedStatement<ErasureCertificate>>>();

async function erase(app: App, account: Id, askedBy: string): Promise<SignedStatement<ErasureCertificate>> {
  const { identity, data, clock, vault, trail, store } = app;
  const [people, rows] = [await identity.people(), await data.subject()];
  await people.beginErasure({ by: askedBy, visit: undefined }, account);
  const erased = new Map<string, ErasedRows>();
  for (let tries = 1; ; tries++) {
    addUp(erased, await rows.erase(account));
    const named = await rows.named(account);
    const counts = await finish(app, account, named.length > 0);
    if (counts === undefined && tries < TRIES_MAX) continue;
    if (counts === undefined)
      throw new Fault(
        "data.conflict",
        "Rows that name this account are written as fast as they are erased. Stop what writes them, then erase again.",
      );
    const certificate = certificateOf(app, { account, askedBy, named, counts, collections: [...erased.values()] });
    const signed = signStatement(vault, "erasure", certificate);
    const removed = certificate.collections.reduce((sum, one) => sum + one.removed, 0);
    const sessions = counts.get("identity.sessions") ?? 0;
    const told = { certificate: signed.sha256, rows: removed, openings: certificate.openings, sessions };
    await store.commit({ steps: trail.entry({ kind: "subject.erased", at: clock.now(), ...told }) });
    return signed;
  }
}

/** Accounts whose grace is over, one after the other; one that fails is told, also to the trail, and keeps no other from going. */
export async function eraseDue(app: App, now: number, failed: (cause: unknown) => void): Promise<number> {
  const { identity, trail, clock } = app;
  const people = await identity.people();
  let erased = 0;
  for (const account of await people.dueErasures(now)) {
    try {
      await eraseSubject(app, account, "its time");
      erased += 1;
    } catch (cause) {
      failed(cause);
      if (!isToldAgainTooSoon(app)) trail.note({ kind: "erasure.failed", at: clock.now(), because: faultFrom(cause).message });
    }
  }
  return erased;
}

/** A chore that fails every minute is one piece of news an hour. */
const TOLD_EVERY_MS = 3_600_000;
const toldAt = new WeakMap<App["trail"], number>();

function isToldAgainTooSoon({ trail, clock }: App): boolean {
  const last = toldAt.get(trail);
  if (last !== undefined && clock.elapsed() - last < TOLD_EVERY_MS) return true;
  toldAt.set(trail, clock.elapsed());
  return false;
}

const OPENINGS = "openings";

/** Everything that is not a row of the app, in one commit with the word in the trail that it is gone; `undefined` when it must be tried again. */
async function finish(app: App, account: Id, isNamed: boolean): Promise<ReadonlyMap<string, number> | undefined> {
  const { identity, data, clock, trail, store } = app;
  const [people, rows] = [await identity.people(), await data.subject()];
  const own = await store.view((view) => people.erasureSteps(view, account, isNamed));
  const last = rows.lastSteps(account);
  const others = otherTables(app);
  const isOf = (column: string) => ({ op: "compare", sense: "is", column, by: "eq", value: account }) as const;
  const steps: Step[] = [
    ...last.steps,
    ...others.map(({ table, column }): Step => ({ do: "clear", table, where: isOf(column) })),
    ...own.steps,
    ...trail.entry({ kind: "account.removed", at: clock.now(), account: personal(formatId(account), account) }),
    // Last of all: it also closes the entry above, so that the trail tells that somebody was erased, and not who.
    ...trail.forget(account),
  ];
  const receipt = await store.commit({ steps });
  if (!receipt.committed) return undefined;
  const names = [...last.clears, ...others.map(({ table }) => table), ...own.clears, OPENINGS];
  return new Map(names.map((name, at) => [name, receipt.cleared[at] ?? 0]));
}

/** Tables of all other rooms whose rows belong to an account, by the name of the column that says so; also of rooms yet to come. */
function otherTables({ schema }: App): readonly { readonly table: string; readonly column: string }[] {
  const reached = /^(identity|trail|data)\.|^[^.]*$/;
  return schema
    .filter(({ name }) => !reached.test(name))
    .flatMap(({ name, columns }) =>
      columns
        .filter((column) => column.type === "blob" && PERSON_COLUMNS.includes(column.name))
        .map((column) => ({ table: name, column: column.name })),
    );
}

const PERSON_COLUMNS = ["account", "subject"];

function addUp(sums: Map<string, ErasedRows>, erased: readonly ErasedRows[]): void {
  for (const { collection, removed, cleared } of erased) {
    const before = sums.get(collection);
    sums.set(collection, { collection, removed: removed + (before?.removed ?? 0), cleared: cleared + (before?.cleared ?? 0) });
  }
}

interface Erased {
  readonly account: Id;
  readonly askedBy: string;
  readonly named: readonly NamedIn[];
  readonly counts: ReadonlyMap<string, number>;
  readonly collections: readonly ErasedRows[];
}

function certificateOf({ plan, vault, clock }: App, { account, askedBy, named, counts, collections }: Erased): ErasureCertificate {
  const erasedAt = new Date(clock.now()).toISOString();
  const tables = [...counts].filter(([name, count]) => name !== OPENINGS && count > 0);
  return {
    format: "holdfast-erasure-1",
    app: plan.name,
    appId: formatId(vault.appId),
    account: formatId(account),
    askedBy,
    erasedAt,
    collections,
    tables: Object.fromEntries(tables),
    openings: counts.get(OPENINGS) ?? 0,
    named,
    remains: remains(erasedAt, lastBackup(plan, clock.now()), named),
  };
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const MONTH_MS = 31 * DAY_MS;

/** When the last backup goes that was made before, by the plan's rules and while backups go on being made. */
function lastBackup({ backups: { everyMs, keep } }: App["plan"], now: number): string {
  // One more of each unit: the one that has begun counts as well.
  const keptMs = [keep.newest * everyMs, (keep.days + 1) * DAY_MS, (keep.weeks + 1) * WEEK_MS, (keep.months + 1) * MONTH_MS];
  return new Date(now + Math.max(...keptMs)).toISOString().slice(0, "2026-11-21".length);
}

function remains(erasedAt: string, lastUntil: string, named: readonly NamedIn[]): readonly string[] {
  const kept = named.map(({ collection, field, rows }) => `${rows} in ${collection}.${field}`).join(", ");
  return [
    `Backups made before ${erasedAt} still hold the account, encrypted. By the plan's rules the last of them is deleted by ${lastUntil}, as long as backups go on being made; restoring one with its ledger erases the account again. Copies that were taken elsewhere are yours to delete.`,
    ...(named.length === 0
      ? []
      : [`Rows of others go on naming the bare id, by the plan's rule: ${kept}. Nothing else of the account is stored.`]),
    "The trail keeps its entries, without the values that told of this person: they are commitments that nobody can open.",
    "The database's write-ahead log may keep older pages, encrypted, until it is next written over or the server is restarted.",
    "Records of changes in rows that only named the account are kept for an hour at the most.",
    "What was sent before by mail, by webhook or as an export lies where it was sent.",
  ];
}
