import {
  type Advisory,
  type Affected,
  type Answer,
  type Fields,
  fieldsOf,
  listOf,
  oneLine,
  severityWord,
  textOf,
  unreadable,
} from "./advisory.ts";
import { baseScore, type Severity, severityOf } from "./cvss.ts";
import { type Events, type Range, readEvents } from "./ranges.ts";

const RECORDS_MAX = 2_000_000;

/** Under which names of an ecosystem the runtime itself is found. */
const NODE = [
  { ecosystem: "Bitnami", names: ["node", "node-min"] },
  { ecosystem: "Node.js", names: ["node", "nodejs"] },
] as const;

/** One record of the OSV schema, a list of them, or `{ "vulns": […] }`. Fault `advisories.unreadable` when one record is not readable. */
export function readOsv(json: unknown): Answer {
  const records = Array.isArray(json) ? json : recordsOf(fieldsOf(json, "the document"));
  // A feed without a single record cannot be told from one that broke.
  if (records.length === 0) throw unreadable("it holds no advisory at all");
  if (records.length > RECORDS_MAX) throw unreadable("it holds more advisories than there are");
  const read = records.map((record: unknown) => fieldsOf(record, "a record"));
  const advisories = read.flatMap((record) => readRecord(record) ?? []);
  if (read.every(({ affected }) => !Array.isArray(affected) || affected.length === 0)) throw unreadable("it names no package at all");
  return { advisories, knowsNode: advisories.some(({ affected }) => affected.some(({ ecosystem }) => ecosystem === "node")) };
}

function recordsOf(fields: Fields): readonly unknown[] {
  if ("vulns" in fields) return listOf(fields["vulns"], "vulns");
  return [fields];
}

function readRecord(record: Fields): Advisory | undefined {
  const id = textOf(record["id"], "an id");
  if (record["withdrawn"] !== undefined && record["withdrawn"] !== null) return undefined;
  const entries = listOf(record["affected"], `affected of ${id}`).map((item) => fieldsOf(item, `affected of ${id}`));
  const affected = entries.flatMap((entry) => readAffected(entry, id) ?? []);
  if (affected.length === 0) return undefined;
  return {
    id,
    aliases: listOf(record["aliases"], `aliases of ${id}`).map((alias) => textOf(alias, `an alias of ${id}`)),
    summary: oneLine(typeof record["summary"] === "string" ? record["summary"] : String(record["details"] ?? "")),
    url: urlOf(record),
    affected,
    ...ratingOf(record, entries, id),
  };
}

/** `undefined` for what concerns neither npm nor the runtime. */
function readAffected(entry: Fields, id: string): Affected | undefined {
  if (entry["package"] === undefined) return undefined;
  const its = fieldsOf(entry["package"], `package of ${id}`);
  const name = textOf(its["name"], `a package of ${id}`);
  const said = textOf(its["ecosystem"], `the ecosystem of ${id}`);
  const isNode = NODE.some(({ ecosystem, names }) => ecosystem === said && names.some((known) => known === name));
  if (said !== "npm" && !isNode) return undefined;
  const all = listOf(entry["ranges"], `ranges of ${id}`).map((range) => fieldsOf(range, `a range of ${id}`));
  const ranges = all.filter(({ type }) => type === "SEMVER" || type === "ECOSYSTEM").flatMap((range) => readRange(range, id));
  const versions = listOf(entry["versions"], `versions of ${id}`).map((version) => textOf(version, `a version of ${id}`));
  // What cannot be compared concerns every version: rather one word too many.
  const isOpen = ranges.length === 0 && versions.length === 0;
  return { ecosystem: isNode ? "node" : "npm", name, ranges: isOpen ? EVERY_VERSION : ranges, versions };
}

const EVERY_VERSION: readonly Range[] = [{ introduced: undefined, fixed: undefined, last: undefined }];

function readRange(range: Fields, id: string): readonly Range[] {
  const events = listOf(range["events"], `events of ${id}`).map((item): Events => {
    const { introduced, fixed, last_affected: lastAffected } = fieldsOf(item, `an event of ${id}`);
    return {
      ...(introduced === undefined ? {} : { introduced: textOf(introduced, `introduced of ${id}`) }),
      ...(fixed === undefined ? {} : { fixed: textOf(fixed, `fixed of ${id}`) }),
      ...(lastAffected === undefined ? {} : { lastAffected: textOf(lastAffected, `last_affected of ${id}`) }),
    };
  });
  const read = readEvents(events);
  if (read === undefined) throw unreadable(`a range of ${id} names what is no version`);
  return read;
}

/** The vector's score where there is one that can be computed, else the word of whoever keeps the record. */
function ratingOf(
  record: Fields,
  affected: readonly Fields[],
  id: string,
): { readonly severity: Severity; readonly score: number | undefined } {
  const scales = [record, ...affected].flatMap((fields) => listOf(fields["severity"], `severity of ${id}`));
  const vectors = scales.map((scale) => fieldsOf(scale, `severity of ${id}`)["score"]);
  const scores = vectors.flatMap((vector) => (typeof vector === "string" ? (baseScore(vector) ?? []) : []));
  if (scores.length > 0) {
    const score = Math.max(...scores);
    return { severity: severityOf(score), score };
  }
  const specific = record["database_specific"];
  const word = typeof specific === "object" && specific !== null ? fieldsOf(specific, `database_specific of ${id}`)["severity"] : undefined;
  return { severity: severityWord(word), score: undefined };
}

function urlOf(record: Fields): string | undefined {
  const references = Array.isArray(record["references"]) ? record["references"] : [];
  const urls = references.flatMap((item: unknown) => {
    const { type, url }: Fields = typeof item === "object" && item !== null ? { ...item } : {};
    return typeof url === "string" ? [{ type, url }] : [];
  });
  return oneLine((urls.find(({ type }) => type === "ADVISORY") ?? urls[0])?.url ?? "") || undefined;
}
