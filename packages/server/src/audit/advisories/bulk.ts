import { type Advisory, type Answer, fieldsOf, listOf, oneLine, severityWord, textOf, unreadable } from "./advisory.ts";
import { baseScore, severityOf } from "./cvss.ts";
import { readComparators } from "./ranges.ts";

/** The path of the call that package managers make for their audit. */
export const BULK_PATH = "/-/npm/v1/security/advisories/bulk";

/**
 * A version that has had an advisory for years (prototype pollution, 2020) and is asked along with ours: a registry that does
 * not name it knows no advisories, whatever it answers.
 */
export const CANARY = { name: "minimist", version: "0.0.8" } as const;

export type Question = Readonly<Record<string, readonly string[]>>;

/** Our packages with their versions, and the canary. */
export function bulkQuestion(packages: readonly { readonly name: string; readonly version: string }[]): Question {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of [...packages, CANARY]) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return Object.fromEntries([...versions].map(([name, its]) => [name, [...its]]));
}

/** Fault `advisories.unreadable` for an answer about what was not asked, without the canary, or of another form. */
export function readBulk(json: unknown, asked: Question): Answer {
  const answer = fieldsOf(json, "the answer");
  const stranger = Object.keys(answer).find((name) => !Object.hasOwn(asked, name));
  if (stranger !== undefined) throw unreadable(`it answers with ${JSON.stringify(stranger.slice(0, 60))}, which nobody asked about`);
  const advisories = Object.entries(answer).flatMap(([name, list]) =>
    listOf(list, `the answer about ${name}`).map((item) => readOne(name, item)),
  );
  if (!advisories.some(({ affected }) => affected.some(({ name }) => name === CANARY.name)))
    throw unreadable(`it does not know the advisory of ${CANARY.name} ${CANARY.version}, which every source knows`);
  return { advisories, knowsNode: false };
}

function readOne(name: string, item: unknown): Advisory {
  const fields = fieldsOf(item, `an advisory of ${name}`);
  const url = typeof fields["url"] === "string" ? oneLine(fields["url"]) : undefined;
  const known = url === undefined ? undefined : /(GHSA(?:-[0-9a-z]{4}){3})$/.exec(url)?.[1];
  const id = known ?? `npm-${typeof fields["id"] === "number" ? fields["id"] : textOf(fields["id"], `an id of ${name}`)}`;
  const said = textOf(fields["vulnerable_versions"], `the versions of ${id}`);
  const ranges = readComparators(said);
  if (ranges === undefined) throw unreadable(`the versions of ${id} are ${JSON.stringify(said.slice(0, 60))}, which is no range`);
  const cvss = fields["cvss"] === undefined || fields["cvss"] === null ? {} : fieldsOf(fields["cvss"], `cvss of ${id}`);
  const score = typeof cvss["vectorString"] === "string" ? baseScore(cvss["vectorString"]) : undefined;
  return {
    id,
    aliases: [],
    summary: oneLine(typeof fields["title"] === "string" ? fields["title"] : ""),
    url,
    severity: score === undefined ? severityWord(fields["severity"]) : severityOf(score),
    score,
    affected: [{ ecosystem: "npm", name, ranges, versions: [] }],
  };
}
