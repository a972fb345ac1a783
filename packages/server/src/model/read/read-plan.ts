import { Fault } from "../../kit/index.ts";
import type { Collection, Plan } from "../plan.ts";
import { scopesOf } from "../scopes.ts";
import { saidBy } from "../words/brand.ts";
import { readName } from "./names.ts";
import { type Place, type Problem, placeIn } from "./place.ts";
import { DEFAULT_BACKUPS, readBackups } from "./read-backups.ts";
import { createResolve, finishCollection, readCollection } from "./read-collection.ts";
import { DEFAULT_FIREWALL, readFirewall } from "./read-firewall.ts";
import { readLimits } from "./read-limits.ts";
import { NO_MAIL, readMail } from "./read-mail.ts";
import { networks, origins, readPages } from "./read-outside.ts";
import { listOf, part, type Reader, readRecord, readShape } from "./shape.ts";
import { duration, oneWordOf } from "./values.ts";

export type PlanReading = { readonly plan: Plan } | { readonly problems: readonly Problem[] };

const COLLECTIONS_MAX = 200;
const ROLES_MAX = 100;
const NAME_CHARACTERS_MAX = 60;

/** What the server must be, as a frozen copy in which nothing is left to guess; or all that is wrong with what was written. */
export function readPlan(definition: unknown): PlanReading {
  const problems: Problem[] = [];
  const said = saidBy(definition);
  if (said?.["word"] !== "definition") {
    return { problems: [{ place: "export default", sentence: "Export what define returns: export default define({ … })." }] };
  }
  const plan = readDefinition(said["options"], placeIn(problems));
  return problems.length === 0 ? { plan: deepFreeze(plan) } : { problems };
}

/** As `readPlan`, for those who cannot go on without a plan: Fault `plan.invalid` with all problems in its detail. */
export function planFrom(definition: unknown): Plan {
  const reading = readPlan(definition);
  if ("plan" in reading) return reading.plan;
  const { problems } = reading;
  const lines = problems.map(({ place, sentence }) => `${place}: ${sentence}`);
  throw new Fault(
    "plan.invalid",
    `The config has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}.\n${lines.join("\n")}`,
    {
      detail: { problems },
    },
  );
}

function readDefinition(options: unknown, place: Place): Plan {
  const top = readShape(options, place, {
    name: part<string>(appName, ""),
    roles: part<readonly string[]>(roles, []),
    collections: part<unknown>((input) => input, undefined),
    accounts: part<Plan["accounts"]>(readAccounts, OPEN_ACCOUNTS),
    origins: part(origins, []),
    pages: part<Plan["pages"]>(readPages, []),
    mail: part<Plan["mail"]>(readMail, NO_MAIL),
    networks: part<Plan["networks"]>(readNetworks, { allow: [], deny: [], trustedProxies: [] }),
    firewall: part<Plan["firewall"]>(readFirewall, DEFAULT_FIREWALL),
    limits: part<Plan["limits"]>(readLimits, readLimits(undefined, place)),
    cipher: part<Plan["cipher"]>(oneWordOf(["aegis", "chacha20"]), "aegis"),
    backups: part<Plan["backups"]>(readBackups, DEFAULT_BACKUPS),
  });
  if (options === undefined || readRecord(options, placeIn([]))["name"] === undefined)
    place.at("name").problem('Give the app a name: name: "Clinic".');
  return { ...top, collections: readCollections(top.collections, place.at("collections"), top.roles) };
}

function readCollections(input: unknown, place: Place, planRoles: readonly string[]): readonly Collection[] {
  const entries = Object.entries(readRecord(input, place));
  if (entries.length === 0 || entries.length > COLLECTIONS_MAX) place.problem(`Write between 1 and ${COLLECTIONS_MAX} collections.`);
  const resolve = createResolve(input);
  const read = entries.flatMap(([name, word]) => {
    const at = place.at(name);
    readName(name, at, "collection");
    return readCollection(name, word, at, resolve) ?? [];
  });
  const shapes = new Map(read.map(({ shape }) => [shape.name, shape]));
  const scopes = scopesOf({ collections: [...shapes.values()] });
  for (const { was, shape, place: at } of read) {
    if (was !== undefined && read.some((other) => other.shape !== shape && (other.shape.name === was || other.was === was))) {
      at.problem(`"${was}" cannot be the old name: another collection has it or had it.`);
    }
  }
  return read.map((collection) => finishCollection(collection, { shapes, roles: planRoles, scopes, resolve }));
}

const appName: Reader<string> = (input, place) => {
  const isName = typeof input === "string" && input.trim() === input && /^[^\p{C}]+$/u.test(input) && input.length <= NAME_CHARACTERS_MAX;
  return isName ? input : place.problem(`Write the name of the app in 1 to ${NAME_CHARACTERS_MAX} printable characters.`);
};

const roles: Reader<readonly string[]> = (input, place) => {
  const names = listOf((role, at) => readName(role, at, "role"), 'Write a list of roles: ["doctor", "auditor"].')(input, place);
  if (names !== undefined && new Set(names).size < names.length) place.problem("Name each role once.");
  if (names !== undefined && names.length > ROLES_MAX) place.problem(`Name at most ${ROLES_MAX} roles.`);
  return names;
};

/** NIST SP 800-63B-4: at AAL2 a session ends after 24 h, or 1 h without use; at AAL1 after 30 days. */
const SESSION_MS = {
  optional: { idle: 7 * 86_400_000, max: 30 * 86_400_000 },
  required: { idle: 3_600_000, max: 24 * 3_600_000 },
} as const;
const ACCESS_TOKEN_MS = 600_000;
const DELETION_GRACE_MS = 30 * 86_400_000;
const FACTOR_RESET_MS = 24 * 3_600_000;

const OPEN_ACCOUNTS: Plan["accounts"] = {
  signUp: "open",
  secondFactor: "optional",
  sessionIdleMs: SESSION_MS.optional.idle,
  sessionMaxMs: SESSION_MS.optional.max,
  accessTokenMs: ACCESS_TOKEN_MS,
  deletionGraceMs: DELETION_GRACE_MS,
  factorResetMs: FACTOR_RESET_MS,
};

function readAccounts(input: unknown, place: Place): Plan["accounts"] {
  const { signUp, secondFactor, session, deletionGrace, factorReset } = readShape(input, place, {
    signUp: part<Plan["accounts"]["signUp"]>(oneWordOf(["open", "invited", "closed"]), "open"),
    secondFactor: part<Plan["accounts"]["secondFactor"]>(oneWordOf(["optional", "required"]), "optional"),
    session: part<unknown>((value) => value, undefined),
    deletionGrace: part(duration("0s", "90d"), DELETION_GRACE_MS),
    factorReset: part(duration("0s", "30d"), FACTOR_RESET_MS),
  });
  const at = place.at("session");
  const { idle, max, accessToken } = readShape(session, at, {
    idle: part(duration("1m", "90d"), SESSION_MS[secondFactor].idle),
    max: part(duration("5m", "365d"), SESSION_MS[secondFactor].max),
    accessToken: part(duration("1m", "1h"), ACCESS_TOKEN_MS),
  });
  if (idle > max) at.problem("Make idle at most as long as max: a session ends at max anyway.");
  const sessions = { sessionIdleMs: idle, sessionMaxMs: max, accessTokenMs: accessToken };
  return { signUp, secondFactor, ...sessions, deletionGraceMs: deletionGrace, factorResetMs: factorReset };
}

function readNetworks(input: unknown, place: Place): Plan["networks"] {
  return readShape(input, place, { allow: part(networks, []), deny: part(networks, []), trustedProxies: part(networks, []) });
}

function deepFreeze<T>(value: T): T {
  // Bytes cannot be frozen; nobody writes into an id of a rule.
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
