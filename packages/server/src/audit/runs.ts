import { equalBytes, Fault, formatId, type Id, parseId } from "../kit/index.ts";
import type { Row, Store, View } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Finding, KeptRun, Report } from "./contract.ts";
import { isOpen } from "./grade.ts";
import { readReport } from "./read-report.ts";
import { RUNS } from "./tables.ts";

export interface Runs {
  /** The newest; Fault `internal` where its report is damaged. */
  last(): Promise<KeptRun | undefined>;
  /** What the next run follows. Of a damaged report nothing is believed, and the next run is made all the same. */
  before(): Promise<{ readonly at: number; readonly digest: string; readonly findings: readonly Finding[] } | undefined>;
  /** The newest first, as short lines. */
  list(most: number): Promise<readonly RunLine[]>;
  get(id: string): Promise<KeptRun | undefined>;
  /** Of the newest so many: ids of those whose report, digest, predecessor or entry in the trail does not fit. */
  broken(): Promise<{ readonly looked: number; readonly ids: readonly string[] }>;
  /** Written in one commit with the event that chains it in the trail. */
  keep(report: Report): Promise<KeptRun>;
}

export interface RunLine {
  readonly id: string;
  readonly at: number;
  readonly trigger: string;
  readonly grade: string;
  readonly digest: string;
}

export interface RunsNeeds {
  readonly store: Store;
  readonly trail: Pick<Trail, "entry">;
  readonly vault: Pick<Vault, "sha256">;
  /** The digests that the newest audit.run entries of the trail name, from a moment on. */
  readonly trailDigests: (most: number, from: number) => Promise<readonly string[]>;
  readonly now: () => number;
}

const COLUMNS = ["id", "at", "trigger", "grade", "report", "digest", "previous"] as const;
const LINE_COLUMNS = ["id", "at", "trigger", "grade", "digest"] as const;
/** Reports are some 100 KB each: the chain behind these is held by the trail. */
const CHAIN_LOOKED_AT = 16;
const NAMED_LOOKED_AT = 4 * CHAIN_LOOKED_AT;
const DAY_MS = 86_400_000;
const KEPT_MS = 400 * DAY_MS;
const MICROS_PER_MS = 1_000;

export function createRuns({ store, trail, vault, trailDigests, now }: RunsNeeds): Runs {
  const newest = (view: View, columns: readonly string[], limit: number): Promise<readonly Row[]> =>
    view.read({
      table: RUNS,
      columns,
      where: { op: "all", of: [] },
      order: [{ column: "at", direction: "desc", nulls: "last" }],
      limit,
    });

  async function last(): Promise<KeptRun | undefined> {
    const [row] = await store.view((view) => newest(view, COLUMNS, 1));
    return row === undefined ? undefined : kept(row);
  }

  async function before() {
    const [row] = await store.view((view) => newest(view, COLUMNS, 1));
    if (row === undefined) return undefined;
    const [text, digest] = [textOf(row[4]), bytesOf(row[5])];
    const isWhole = equalBytes(vault.sha256(text), digest);
    const findings = isWhole ? readReport(text).findings : [];
    return { at: Math.floor(Number(row[1]) / MICROS_PER_MS), digest: hex(digest), findings };
  }

  async function broken() {
    const rows = await store.view((view) => newest(view, COLUMNS, CHAIN_LOOKED_AT));
    // More than are looked at here: the trail is in the order of commits, and these are in the order of their times.
    const named = new Set(await trailDigests(NAMED_LOOKED_AT, now() - KEPT_MS + DAY_MS));
    const here = new Set(rows.map((row) => hex(bytesOf(row[5]))));
    // By their links and not by their times: a clock that was set back must not look like a forged chain.
    const ids = rows.flatMap((row, at) => {
      const [report, digest, previous] = [textOf(row[4]), bytesOf(row[5]), row[6]];
      const isWhole = equalBytes(vault.sha256(report), digest);
      const isOldest = at === rows.length - 1;
      const fits = !(previous instanceof Uint8Array) || here.has(hex(previous)) || (isOldest && rows.length === CHAIN_LOOKED_AT);
      return isWhole && fits && named.has(hex(digest)) ? [] : [formatId(bytesOf(row[0]))];
    });
    const gone = rows.length < CHAIN_LOOKED_AT ? [...named].filter((digest) => !here.has(digest)) : [];
    return { looked: rows.length, ids: [...ids, ...gone.map((digest) => `missing ${digest.slice(0, 16)}`)] };
  }

  return {
    last,
    before,
    broken,
    keep: (report) => keepRun({ store, trail, vault }, report),
    async list(most) {
      const rows = await store.view((view) => newest(view, LINE_COLUMNS, most));
      return rows.map((row) => ({
        id: formatId(bytesOf(row[0])),
        at: Math.floor(Number(row[1]) / MICROS_PER_MS),
        trigger: textOf(row[2]),
        grade: textOf(row[3]),
        digest: hex(bytesOf(row[4])),
      }));
    },
    async get(id) {
      const key = parseId(id);
      if (key === undefined) return undefined;
      const row = await store.view((view) => view.get(RUNS, [key], COLUMNS));
      return row === undefined ? undefined : kept(row);
    },
  };
}

async function keepRun({ store, trail, vault }: Pick<RunsNeeds, "store" | "trail" | "vault">, report: Report): Promise<KeptRun> {
  const text = JSON.stringify(report);
  const bytes = vault.sha256(text);
  const digest = hex(bytes);
  const open = report.findings.filter(isOpen).length;
  const { grade, score, trigger, id } = report;
  const previous = report.previous ?? "";
  await store.commit({
    steps: [
      {
        do: "insert",
        table: RUNS,
        row: {
          id: idBytes(id),
          at: report.at * MICROS_PER_MS,
          trigger,
          grade,
          report: text,
          digest: bytes,
          previous: report.previous === null ? null : new Uint8Array(Buffer.from(report.previous, "hex")),
        },
      },
      ...trail.entry({ kind: "audit.run", at: report.at, run: id, digest, previous, grade, score, open, trigger }),
      {
        do: "clear",
        table: RUNS,
        where: { op: "compare", sense: "is", column: "at", by: "lt", value: (report.at - KEPT_MS) * MICROS_PER_MS },
      },
    ],
  });
  return { report, digest };
}

function kept(row: Row): KeptRun {
  return { report: readReport(textOf(row[4])), digest: hex(bytesOf(row[5])) };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function idBytes(text: string): Id {
  const id = parseId(text);
  if (id === undefined) throw new Fault("internal", "A run has an id that is none.");
  return id;
}

function bytesOf(value: Row[number] | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Fault("internal", "A stored run of an audit is damaged.");
}

function textOf(value: Row[number] | undefined): string {
  if (typeof value === "string") return value;
  throw new Fault("internal", "A stored run of an audit is damaged.");
}
