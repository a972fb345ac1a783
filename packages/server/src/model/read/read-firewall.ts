import type { Plan, RequestExclusion } from "../plan.ts";
import { placeIn } from "./place.ts";
import { listOf, part, type Reader, readRecord, readShape } from "./shape.ts";
import { oneWordOf } from "./values.ts";

export const DEFAULT_FIREWALL: Plan["firewall"] = { mode: "on", paranoia: 1, rules: undefined, setup: undefined, exclusions: [] };

const RULES = /^(?:\d{1,12}(?:-\d{1,12})?|tag:[\w./-]{1,100})$/;
const ROUTE = /^(?:[A-Z]{1,20} )?\/[\x21-\x7e]{0,500}$/;
const TARGET = /^[A-Z_]{1,40}(?::[\x21-\x7e]{1,200})?$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const SENTENCE_CHARACTERS_MAX = 300;
const EXCLUSIONS_MAX = 1_000;

export const readFirewall: Reader<Plan["firewall"]> = (input, place) => {
  const read = readShape(input, place, {
    mode: part<Plan["firewall"]["mode"]>(oneWordOf(["on", "detection-only", "off"]), "on"),
    paranoia: part<Plan["firewall"]["paranoia"]>(paranoia, 1),
    rules: part<string | undefined>(fileAddress("./crs/rules"), undefined),
    setup: part<string | undefined>(fileAddress("./crs/crs-setup.conf"), undefined),
    exclusions: part<readonly RequestExclusion[]>(listOf(exclusion, "Write a list of exclusions: [{ … }]."), []),
  });
  if (read.setup !== undefined && read.rules === undefined) place.at("setup").problem("Name the folder of its rules too: rules.");
  if (read.exclusions.length > EXCLUSIONS_MAX) place.at("exclusions").problem(`Write at most ${EXCLUSIONS_MAX} exclusions.`);
  return read;
};

const paranoia: Reader<Plan["firewall"]["paranoia"]> = (input, place) =>
  input === 1 || input === 2 || input === 3 || input === 4 ? input : place.problem("Write a level from 1 to 4.");

function fileAddress(example: string): Reader<string> {
  return (input, place) =>
    typeof input === "string" && input.startsWith("file://")
      ? input
      : place.problem(`Name the place with import.meta.resolve(${JSON.stringify(example)}).`);
}

/** Nobody may find later an exclusion without a reason, an owner and an end. */
const exclusion: Reader<RequestExclusion> = (input, place) => {
  const { rules, route, target, reason, owner, expires } = readShape(input, place, {
    rules: part<string>(matching(RULES, 'an id, a range or a tag: "942100", "942000-942999", "tag:attack-sqli"'), ""),
    route: part<string | undefined>(matching(ROUTE, 'a route: "POST /notes/*" or "/docs/**"'), undefined),
    target: part<string | undefined>(matching(TARGET, 'a variable: "ARGS:text"'), undefined),
    reason: part<string>(sentence, ""),
    owner: part<string>(sentence, ""),
    expires: part<number>(day, Number.NaN),
  });
  // What is there and wrong has been told already.
  const written = readRecord(input, placeIn([]));
  for (const name of ["rules", "reason", "owner"] as const)
    if (written[name] === undefined) place.at(name).problem("Write it: an exclusion says which rules, why, and who answers for it.");
  if (written["expires"] === undefined) place.at("expires").problem('Write the day on which it ends: "2027-01-31".');
  return { rules, route, target, reason, owner, expiresAt: expires };
};

function matching(pattern: RegExp, words: string): Reader<string> {
  return (input, place) => (typeof input === "string" && pattern.test(input) ? input : place.problem(`Write ${words}.`));
}

const sentence: Reader<string> = (input, place) => {
  const isSentence = typeof input === "string" && /^[^\p{C}]+$/u.test(input) && input.length <= SENTENCE_CHARACTERS_MAX;
  return isSentence ? input : place.problem(`Write 1 to ${SENTENCE_CHARACTERS_MAX} printable characters.`);
};

const day: Reader<number> = (input, place) => {
  const at = typeof input === "string" && DAY.test(input) ? Date.parse(`${input}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? place.problem('Write a day: "2027-01-31".') : at;
};
