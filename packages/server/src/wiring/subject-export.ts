import type { App } from "../app.ts";
import type { SubjectPage } from "../data/index.ts";
import type { AccountExport, Visit } from "../identity/index.ts";
import { Fault, formatId, type Id, personal } from "../kit/index.ts";
import { createTrailReader, type Incident, type SignedStatement, signStatement } from "../trail/index.ts";

/** One piece of an export, as it is printed. */
export interface ExportPart {
  readonly name: string;
  readonly items: number;
  readonly json: string;
}

/** What an export holds, with a hash of each part as it is printed. */
export interface ExportManifest {
  readonly format: "holdfast-export-1";
  readonly app: string;
  readonly appId: string;
  readonly account: string;
  readonly askedBy: string;
  readonly madeAt: string;
  readonly parts: readonly { readonly name: string; readonly items: number; readonly sha256: string }[];
  readonly remarks: readonly string[];
}

const ROWS_PER_PART = 2_000;
/** What is answered over the network at once; more than that is the operator's to hand out. */
const OWN_ROWS_MAX = 50_000;
const OWN_CHARACTERS_MAX = 33_554_432;

/** For the account itself: its own data, and of rows what its rules let it read. */
export async function exportOwn(app: App, visit: Visit): Promise<string> {
  const people = await app.identity.people();
  const account = await people.requireFreshProof(visit);
  return oneAtATime(account, async () => {
    const asker = { id: visit.request, address: visit.address, actorIn: visit.actorIn };
    const parts: ExportPart[] = [];
    let [rows, characters] = [0, 0];
    for await (const part of partsOf(await people.export(account), (await app.data.subject()).readable(asker))) {
      rows += part.items;
      characters += part.json.length;
      if (rows > OWN_ROWS_MAX || characters > OWN_CHARACTERS_MAX)
        throw new Fault("request.too_large", "There is more than one answer can hold. Ask whoever runs this server for an export.");
      parts.push(part);
    }
    const signed = sign(app, { account, askedBy: "itself", parts: parts.map((part) => entryOf(app, part)), remarks: OWN_REMARKS });
    await tellTrail(app, account, "itself", rows, signed.sha256);
    return printExport(signed, parts);
  });
}

const OWN_REMARKS = [
  "Of rows that are about the account or name it, this holds what its rules let it read. Whoever runs the server can export the rest.",
];
const OPERATOR_REMARKS = ["Rows that are about the account are whole. Rows that only name it are counted: they are about others."];

/** For the operator: all of it, part by part, so that it never lies in memory at once. The last piece closes the JSON. */
export async function* exportForOperator(app: App, account: Id): AsyncGenerator<string, SignedStatement<ExportManifest>> {
  const [people, rows] = [await app.identity.people(), await app.data.subject()];
  const entries: ExportManifest["parts"][number][] = [];
  let items = 0;
  // Also where it is cut off: what was written by then is out.
  await tellTrail(app, account, "the operator, begun", 0, "");
  yield '{"parts":{';
  for await (const part of withTrail(app, account, partsOf(await people.export(account), rows.rows(account)))) {
    yield `${entries.length === 0 ? "" : ","}${JSON.stringify(part.name)}:${part.json}`;
    entries.push(entryOf(app, part));
    items += part.items;
  }
  const named = (await rows.named(account)).map((one) => `${one.rows} in ${one.collection}.${one.field}`);
  const remarks = [...OPERATOR_REMARKS, ...(named.length === 0 ? [] : [`The account is named by rows of others: ${named.join(", ")}.`])];
  const signed = sign(app, { account, askedBy: "the operator", parts: entries, remarks });
  await tellTrail(app, account, "the operator", items, signed.sha256);
  yield `},${JSON.stringify(signed).slice(1)}\n`;
  return signed;
}

async function* partsOf(account: AccountExport, pages: AsyncIterable<SubjectPage>): AsyncGenerator<ExportPart> {
  const { sessions, ...rest } = account;
  yield { name: "account", items: 1, json: JSON.stringify(readable(rest)) };
  yield { name: "sessions", items: sessions.length, json: JSON.stringify(readable(sessions)) };
  let waiting: { readonly collection: string; number: number; rows: SubjectPage["rows"][number][] } | undefined;
  for await (const { collection, rows } of pages) {
    const isFull = waiting !== undefined && (waiting.collection !== collection || waiting.rows.length + rows.length > ROWS_PER_PART);
    if (waiting !== undefined && isFull) yield rowsPart(waiting);
    if (waiting === undefined || isFull)
      waiting = { collection, number: waiting?.collection === collection ? waiting.number + 1 : 1, rows: [] };
    waiting.rows.push(...rows);
  }
  if (waiting !== undefined) yield rowsPart(waiting);
}

function rowsPart({ collection, number, rows }: { collection: string; number: number; rows: readonly object[] }): ExportPart {
  return { name: `rows/${collection}/${number}`, items: rows.length, json: JSON.stringify(rows) };
}

/** What the trail knows of the person: what they did in full, and of what others did to them that and when it happened. */
async function* withTrail({ store, report, vault, clock }: App, account: Id, parts: AsyncIterable<ExportPart>): AsyncGenerator<ExportPart> {
  yield* parts;
  const reader = createTrailReader({ store, report, vault });
  const { entries, total } = await reader.incident({ actor: account, address: undefined, from: 0, to: clock.now() + 1 });
  yield { name: "trail", items: entries.length, json: JSON.stringify({ total, entries: entries.map(ownEntry) }) };
}

function ownEntry({ at, kind, as, values }: Incident["entries"][number]): object {
  return as === "actor" ? { at, kind, as, values } : { at, kind, as };
}

/** Ids as text and times as ISO text: what a person can read. */
function readable(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array) return formatId(value);
  if (Array.isArray(value)) return value.map((item: unknown) => readable(item));
  if (typeof value === "number" && /(At|Until)$/.test(name)) return new Date(value).toISOString();
  if (typeof value !== "object" || value === null) return value;
  if (name === "userMetadata" || name === "appMetadata") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readable(item, key)]));
}

function entryOf({ vault }: App, { name, items, json }: ExportPart): ExportManifest["parts"][number] {
  return { name, items, sha256: Buffer.from(vault.sha256(json)).toString("hex") };
}

function sign(
  { plan, vault, clock }: App,
  { account, askedBy, parts, remarks }: Pick<ExportManifest, "askedBy" | "parts" | "remarks"> & { readonly account: Id },
): SignedStatement<ExportManifest> {
  return signStatement(vault, "export", {
    format: "holdfast-export-1",
    app: plan.name,
    appId: formatId(vault.appId),
    account: formatId(account),
    askedBy,
    madeAt: new Date(clock.now()).toISOString(),
    parts,
    remarks,
  });
}

function printExport(signed: SignedStatement<ExportManifest>, parts: readonly ExportPart[]): string {
  const printed = parts.map(({ name, json }) => `${JSON.stringify(name)}:${json}`);
  return `{"parts":{${printed.join(",")}},${JSON.stringify(signed).slice(1)}`;
}

/** Durable before anything is handed out: who has somebody's data must be known. */
async function tellTrail({ trail, clock, store }: App, account: Id, by: string, rows: number, digest: string): Promise<void> {
  const about = { account: personal(formatId(account), account), by, rows, digest };
  await store.commit({ steps: trail.entry({ kind: "subject.exported", at: clock.now(), ...about }) });
}

const underWay = new Set<string>();

/** An export reads much: a second one of the same account waits for nothing, it is told to come again. */
async function oneAtATime<T>(account: Id, work: () => Promise<T>): Promise<T> {
  const key = formatId(account);
  if (underWay.has(key))
    throw new Fault("server.busy", "An export of this account is being made; ask again in a moment.", { detail: { retryAfterMs: 5_000 } });
  underWay.add(key);
  try {
    return await work();
  } finally {
    underWay.delete(key);
  }
}
