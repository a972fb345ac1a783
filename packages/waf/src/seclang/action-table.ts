import { type Disruptive, didYouMean, type MaskedVariable, type Meta, type Phase, SEVERITIES } from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import { readControl } from "./control.ts";
import type { Parts } from "./parts.ts";
import type { Reading } from "./target.ts";
import { type ReadAction, readExpirevar, readInitcol, readSetenv, readSetvar } from "./variable-actions.ts";
import { excerpt } from "./words.ts";

/** What an action changes of its rule, or what was expected instead. */
type ReadPart = (value: string, parts: Parts, reading: Reading) => Partial<Parts> | string;

/** One action of SecLang. */
export interface ActionRow {
  readonly name: string;
  readonly value: "none" | "needed" | "optional";
  readonly read: ReadPart;
  /** Belongs to the first rule of a chain. */
  readonly isHeadOnly?: true;
  /** On a rule behind a chain it is passed over, as in libmodsecurity, instead of being refused. */
  readonly whenChained?: "remark";
  /** Says how a request ends: of these, too, the last one holds. */
  readonly isEnd?: true;
  /** May stand in a rule many times; of the others the last one holds. */
  readonly isRepeated?: true;
  /** Loads and does nothing, or fails: and why. */
  readonly fate?: "remark" | "refuse";
  readonly why?: string;
}

const PHASES: ReadonlyMap<string, Phase> = new Map([
  ["1", 1],
  ["2", 2],
  ["request", 2],
  ["3", 3],
  ["4", 4],
  ["response", 4],
  ["5", 5],
  ["logging", 5],
]);
const SEVERITY_NAMES: readonly string[] = SEVERITIES;
const MASK_MATCHED = { kind: "mask", of: "MATCHED", name: "" } as const;
const GRADE_MAX = 9;
const SKIP_MAX = 1_000_000;

export const ACTION_ROWS: readonly ActionRow[] = [
  { name: "id", value: "needed", read: readId },
  { name: "phase", value: "needed", read: readPhasePart, isHeadOnly: true, whenChained: "remark" },
  { name: "msg", value: "needed", read: (value, parts) => meta(parts, { message: value }) },
  { name: "logdata", value: "needed", read: (value, parts) => meta(parts, { logData: value }) },
  { name: "severity", value: "needed", read: readSeverity },
  { name: "tag", value: "needed", read: (value, parts) => meta(parts, { tags: [...parts.meta.tags, value] }), isRepeated: true },
  { name: "rev", value: "needed", read: (value, parts) => meta(parts, { revision: value }) },
  { name: "ver", value: "needed", read: (value, parts) => meta(parts, { version: value }) },
  { name: "maturity", value: "needed", read: (value, parts) => whole(value, 1, GRADE_MAX, (maturity) => meta(parts, { maturity })) },
  { name: "accuracy", value: "needed", read: (value, parts) => whole(value, 1, GRADE_MAX, (accuracy) => meta(parts, { accuracy })) },
  { name: "t", value: "needed", read: readTransform, isRepeated: true },
  { name: "capture", value: "none", read: () => ({ capture: true }) },
  { name: "multiMatch", value: "none", read: () => ({ multiMatch: true }) },
  { name: "chain", value: "none", read: () => ({ isChained: true }) },
  { name: "skip", value: "needed", read: (value) => whole(value, 1, SKIP_MAX, (skip) => ({ skip })), isHeadOnly: true },
  { name: "skipAfter", value: "needed", read: (value) => ({ skipAfter: value }) },
  { name: "setvar", value: "needed", read: (value, parts) => act(parts, readSetvar(value)), isRepeated: true },
  { name: "expirevar", value: "needed", read: (value, parts) => act(parts, readExpirevar(value)), isRepeated: true },
  { name: "initcol", value: "needed", read: (value, parts) => act(parts, readInitcol(value)), isRepeated: true },
  { name: "setuid", value: "needed", read: (value, parts) => act(parts, { kind: "setuid", value }) },
  { name: "setsid", value: "needed", read: (value, parts) => act(parts, { kind: "setsid", value }) },
  { name: "setrsc", value: "needed", read: (value, parts) => act(parts, { kind: "setrsc", value }) },
  { name: "setenv", value: "needed", read: (value, parts) => act(parts, readSetenv(value)), isRepeated: true },
  { name: "ctl", value: "needed", read: readCtl, isRepeated: true },
  disruptive("deny"),
  { name: "block", value: "none", read: readBlock, isHeadOnly: true, isEnd: true },
  disruptive("drop"),
  { ...disruptive("pass"), whenChained: "remark" },
  { name: "allow", value: "optional", read: readAllow, isHeadOnly: true, isEnd: true },
  { name: "redirect", value: "needed", read: (value) => ({ disruptive: "redirect", location: value }), isHeadOnly: true, isEnd: true },
  { name: "status", value: "needed", read: (value) => whole(value, 100, 599, (status) => ({ status })) },
  // `nolog` keeps a match out of both logs, `log` puts it into both (reference manual); the audit actions then say otherwise.
  { name: "log", value: "none", read: () => ({ log: true, auditLog: true }) },
  { name: "nolog", value: "none", read: () => ({ log: false, auditLog: false }) },
  { name: "auditlog", value: "none", read: () => ({ auditLog: true }) },
  { name: "noauditlog", value: "none", read: () => ({ auditLog: false }) },
  mask("sanitiseArg", "ARGS"),
  mask("sanitiseRequestHeader", "REQUEST_HEADERS"),
  mask("sanitiseResponseHeader", "RESPONSE_HEADERS"),
  { name: "sanitiseMatched", value: "none", read: (_value, parts) => act(parts, MASK_MATCHED) },
  // The manual's bytes at both ends are not left readable: a short secret would be.
  { name: "sanitiseMatchedBytes", value: "optional", read: (_value, parts) => act(parts, MASK_MATCHED) },
  ignored("append", "what an application answers is not changed"),
  ignored("prepend", "what an application answers is not changed"),
  ignored("pause", "waiting inside a server helps whoever wants to hold it up"),
  ignored("deprecatevar", "counters go by expirevar"),
  { name: "xmlns", value: "needed", read: readXmlns, isRepeated: true },
  refused("exec", "a firewall inside a server starts no programs"),
  refused("proxy", "a firewall inside a server sends requests nowhere else; use deny or redirect"),
];

const BY_NAME: ReadonlyMap<string, ActionRow> = new Map(ACTION_ROWS.map((row) => [row.name.toLowerCase(), row]));

/** The action of that name, looked up without case. ModSecurity takes the American spelling, too. */
export function findAction(name: string): ActionRow | undefined {
  return BY_NAME.get(name.toLowerCase().replace("sanitize", "sanitise"));
}

/** Obeys one action. What is wrong is reported, and changes nothing. */
export function applyAction(parts: Parts, call: ActionCall, reading: Reading, place: "head" | "chained"): Parts {
  const { problems } = reading;
  const source = call.source ?? reading.source;
  const row = findAction(call.name);
  if (row === undefined) {
    const hint = didYouMean(call.name, ACTION_ROWS.map(({ name }) => name)); // biome-ignore format: one line
    problems.add(source, `unknown action ${excerpt(call.name)}; expected an action of the reference manual${hint}`);
    return parts;
  }
  if (place === "chained" && row.whenChained === "remark") {
    problems.remark(source, `${row.name} does nothing on a rule behind a chain: that of the first rule holds`);
    return parts;
  }
  const change = misplaced(row, call, place) ?? row.read(call.value ?? "", parts, { ...reading, source });
  if (typeof change !== "string") return { ...parts, ...change };
  problems.add(source, `${row.name}: ${change}`);
  return parts;
}

function misplaced(row: ActionRow, call: ActionCall, place: "head" | "chained"): string | undefined {
  if (row.value === "none" && call.value !== undefined) return `found the value ${excerpt(call.value)}; expected none`;
  if (row.value === "needed" && (call.value ?? "") === "") return `found no value; expected ${row.name}:value`;
  if (place === "chained" && row.isHeadOnly) return "found on a rule behind a chain; expected on the first rule of the chain";
  return undefined;
}

/** `2`, `request`: a phase by number or name. */
export function readPhase(value: string): Phase | undefined {
  return PHASES.get(value.toLowerCase());
}

function readPhasePart(value: string): Partial<Parts> | string {
  const phase = readPhase(value);
  return phase === undefined ? `found ${excerpt(value)}; expected 1 to 5, request, response or logging` : { phase };
}

function readId(value: string): Partial<Parts> | string {
  return /^[1-9]\d{0,14}$/.test(value)
    ? { id: Number(value) }
    : `found ${excerpt(value)}; expected a whole number from 1 to 999999999999999`;
}

function readSeverity(value: string, parts: Parts): Partial<Parts> | string {
  const severity = /^[0-7]$/.test(value) ? Number(value) : SEVERITY_NAMES.indexOf(value.toLowerCase());
  if (severity >= 0) return meta(parts, { severity });
  return `found ${excerpt(value)}; expected 0 to 7 or one of ${SEVERITIES.join(", ")}${didYouMean(value, SEVERITIES)}`;
}

function readTransform(value: string, parts: Parts, { names }: Reading): Partial<Parts> | string {
  if (value.toLowerCase() === "none") return { transforms: [] };
  const name = names.transforms.find(value);
  if (name !== undefined) return { transforms: [...parts.transforms, name] };
  return `unknown transformation ${excerpt(value)}; expected one of the reference manual${names.transforms.hint(value)}`;
}

/** `deny,block` denies, whatever the default action says: `block` asks for it, the other word is the answer. */
function readBlock(_value: string, { disruptive: written }: Parts): Partial<Parts> {
  return written === "deny" || written === "drop" || written === "redirect" ? {} : { disruptive: "block" };
}

function readAllow(value: string): Partial<Parts> | string {
  const scope = value.toLowerCase();
  if (scope === "") return { disruptive: "allow" };
  if (scope === "phase") return { disruptive: "allow:phase" };
  return scope === "request" ? { disruptive: "allow:request" } : `found ${excerpt(value)}; expected allow, allow:phase or allow:request`;
}

/** Addresses of name spaces are absolute (RFC 3986, section 4.3): one without a scheme is no document's. */
function readXmlns(value: string, parts: Parts): Partial<Parts> | string {
  const found = /^([A-Za-z_][\w.-]*)=(?:'([^']*)'|([^']*))$/.exec(value);
  const address = found?.[2] ?? found?.[3] ?? "";
  if (found?.[1] === undefined || !/^[A-Za-z][A-Za-z0-9+.-]*:./.test(address))
    return `found ${excerpt(value)}; expected prefix=address with an address such as http://schemas.xmlsoap.org/soap/envelope/`;
  return { namespaces: { ...parts.namespaces, [found[1]]: address } };
}

function readCtl(value: string, parts: Parts, reading: Reading): Partial<Parts> | string {
  const read = readControl(value, reading);
  return "problem" in read ? read.problem : { actions: [...parts.actions, ...read] };
}

function meta(parts: Parts, change: Partial<Meta>): Partial<Parts> {
  return { meta: { ...parts.meta, ...change } };
}

function act(parts: Parts, action: ReadAction): Partial<Parts> | string {
  return "problem" in action ? action.problem : { actions: [...parts.actions, action] };
}

function whole(value: string, least: number, most: number, use: (count: number) => Partial<Parts>): Partial<Parts> | string {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : -1;
  return count < least || count > most ? `found ${excerpt(value)}; expected a whole number from ${least} to ${most}` : use(count);
}

function disruptive(name: Extract<Disruptive["kind"], "deny" | "drop" | "pass">): ActionRow {
  return { name, value: "none", read: () => ({ disruptive: name }), isHeadOnly: true, isEnd: true };
}

function mask(name: string, of: MaskedVariable): ActionRow {
  return { name, value: "needed", read: (value, parts) => act(parts, { kind: "mask", of, name: value }), isRepeated: true };
}

function ignored(name: string, why: string): ActionRow {
  const read: ReadPart = (_value, _parts, { problems, source }) => {
    problems.remark(source, `${name} does nothing: ${why}`);
    return {};
  };
  return { name, value: "optional", read, fate: "remark", why };
}

function refused(name: string, why: string): ActionRow {
  return { name, value: "optional", read: () => `cannot be obeyed: ${why}`, fate: "refuse", why };
}
