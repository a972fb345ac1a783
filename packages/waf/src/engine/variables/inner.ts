import type { Kept } from "../collections.ts";
import { type Entry, entry, fromPairs, NO_ENTRIES, single } from "../entry.ts";
import type { State } from "../state.ts";
import type { Variable, VariableTable } from "./contract.ts";
import { collection, optional, scalar } from "./make.ts";

/** The engine's own name, as `ver` actions and audit logs of other engines show theirs. */
const BUILD = "030000000";

/** What the engine itself knows: its own state, time, and the collections. */
export const INNER_VARIABLES: VariableTable = {
  // In seconds, as ModSecurity 3 has it.
  DURATION: scalar("always", (state) => ((state.now() - state.startedAtMs) / 1000).toFixed(6)),
  ENV: collection("always", (state) => fromPairs([...state.environment])),
  // Filled by geoLookup, where whoever runs the firewall has given it a source of places.
  GEO: collection("always", (state) => fromPairs(Object.entries(state.geo))),
  GLOBAL: kept("GLOBAL"),
  HIGHEST_SEVERITY: scalar("always", (state) => String(state.highestSeverity)),
  IP: kept("IP"),
  MATCHED_VAR: optional("always", (state) => state.matched.at(-1)?.value),
  MATCHED_VAR_NAME: optional("always", (state) => state.matched.at(-1)?.name),
  MATCHED_VARS: collection("always", (state) => state.matched.map(({ name, value }) => entry(name, value))),
  MATCHED_VARS_NAMES: collection("always", (state) => state.matched.map(({ name }) => entry(name, name))),
  MODSEC_BUILD: scalar("head", () => BUILD),
  // No engine of patterns here has a limit that a value could run into: what a request costs is bounded as a whole.
  MSC_PCRE_ERROR: scalar("head", () => "0"),
  MSC_PCRE_LIMITS_EXCEEDED: scalar("head", () => "0"),
  RESOURCE: kept("RESOURCE"),
  RULE: collection("always", ruleFacts),
  SESSION: kept("SESSION"),
  SESSIONID: scalar("always", (state) => state.sessionId),
  TX: collection("always", (state) => state.tx.entries()),
  UNIQUE_ID: scalar("head", (state) => state.id, "forgotten"),
  USER: kept("USER"),
  USERID: scalar("always", (state) => state.userId),
  WEBAPPID: scalar("head", ({ settings }) => settings.webApplication),
  // Nothing writes an error log for rules to read.
  WEBSERVER_ERROR_LOG: { isCollection: false, since: "head", isKept: false, read: () => NO_ENTRIES },
};

function kept(kind: Kept): Variable {
  return collection("always", (state) => state.collections.get(kind)?.entries() ?? NO_ENTRIES);
}

function ruleFacts({ rule }: State): readonly Entry[] {
  if (rule === undefined) return NO_ENTRIES;
  const { meta } = rule;
  return fromPairs([
    ["id", String(rule.id)],
    ["rev", meta.revision],
    ["severity", meta.severity === undefined ? "" : String(meta.severity)],
    ["msg", meta.message],
    ["logdata", meta.logData],
    ["ver", meta.version],
    ["maturity", meta.maturity === undefined ? "" : String(meta.maturity)],
    ["accuracy", meta.accuracy === undefined ? "" : String(meta.accuracy)],
  ]);
}

/** In UTC: the clock is an argument, and a server's zone is not its rules' business. */
const TIMES: { readonly [name: string]: (time: Date) => string } = {
  TIME: (time) => time.toISOString().slice(11, 19),
  TIME_DAY: (time) => String(time.getUTCDate()),
  TIME_EPOCH: (time) => String(Math.floor(time.getTime() / 1000)),
  TIME_HOUR: (time) => String(time.getUTCHours()),
  TIME_MIN: (time) => String(time.getUTCMinutes()),
  TIME_MON: (time) => String(time.getUTCMonth()),
  TIME_SEC: (time) => String(time.getUTCSeconds()),
  TIME_WDAY: (time) => String(time.getUTCDay()),
  TIME_YEAR: (time) => String(time.getUTCFullYear()),
};

/** The time of day when the rule asks. */
export const TIME_VARIABLES: VariableTable = Object.fromEntries(
  Object.entries(TIMES).map(([name, read]): [string, Variable] => [
    name,
    { isCollection: false, since: "always", isKept: false, read: (state) => single(read(new Date(state.now()))) },
  ]),
);
