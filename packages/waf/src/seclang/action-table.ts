import { didYouMean, type Phase } from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import { readControl } from "./control.ts";
import type { Parts } from "./parts.ts";
import type { Reading } from "./target.ts";
import { type ReadAction, readExpirevar, readInitcol, readSetenv, readSetvar } from "./variable-actions.ts";
import { excerpt } from "./words.ts";

/** Does its part, or says what was expected instead of the value. */
type Apply = (parts: Parts, value: string, reading: Reading) => string | undefined;

interface ActionRow {
  readonly name: string;
  readonly value: "none" | "needed" | "optional";
  readonly apply: Apply;
  /** What it is to the rest of a rule: these must not stand on a rule behind a chain. */
  readonly isHeadOnly?: true;
}

const PHASES: Readonly<Record<string, Phase>> = { request: 2, response: 4, logging: 5, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 };
const SEVERITIES: readonly string[] = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"];

const ROWS: readonly ActionRow[] = [
  { name: "id", value: "needed", apply: setId, isHeadOnly: true },
  { name: "phase", value: "needed", apply: setPhase, isHeadOnly: true },
  { name: "msg", value: "needed", apply: (parts, value) => void (parts.message = value) },
  { name: "logdata", value: "needed", apply: (parts, value) => void (parts.logData = value) },
  { name: "severity", value: "needed", apply: setSeverity },
  { name: "tag", value: "needed", apply: (parts, value) => void parts.tags.push(value) },
  { name: "rev", value: "needed", apply: (parts, value) => void (parts.revision = value) },
  { name: "ver", value: "needed", apply: (parts, value) => void (parts.version = value) },
  { name: "maturity", value: "needed", apply: (parts, value) => within(value, 1, 9, (count) => (parts.maturity = count)) },
  { name: "accuracy", value: "needed", apply: (parts, value) => within(value, 1, 9, (count) => (parts.accuracy = count)) },
  { name: "t", value: "needed", apply: addTransform },
  { name: "capture", value: "none", apply: (parts) => void (parts.capture = true) },
  { name: "multiMatch", value: "none", apply: (parts) => void (parts.multiMatch = true) },
  { name: "chain", value: "none", apply: (parts) => void (parts.isChained = true) },
  {
    name: "skip",
    value: "needed",
    apply: (parts, value) => within(value, 1, 1_000_000, (count) => (parts.skip = count)),
    isHeadOnly: true,
  },
  { name: "skipAfter", value: "needed", apply: (parts, value) => void (parts.skipAfter = value), isHeadOnly: true },
  { name: "setvar", value: "needed", apply: (parts, value) => add(parts, readSetvar(value)) },
  { name: "expirevar", value: "needed", apply: (parts, value) => add(parts, readExpirevar(value)) },
  { name: "initcol", value: "needed", apply: (parts, value) => add(parts, readInitcol(value)) },
  { name: "setuid", value: "needed", apply: (parts, value) => add(parts, { kind: "setuid", value }) },
  { name: "setsid", value: "needed", apply: (parts, value) => add(parts, { kind: "setsid", value }) },
  { name: "setrsc", value: "needed", apply: (parts, value) => add(parts, { kind: "setrsc", value }) },
  { name: "setenv", value: "needed", apply: (parts, value) => add(parts, readSetenv(value)) },
  { name: "ctl", value: "needed", apply: (parts, value, reading) => add(parts, readControl(value, reading)) },
  { name: "deny", value: "none", apply: (parts) => void (parts.disruptive = "deny"), isHeadOnly: true },
  { name: "block", value: "none", apply: (parts) => void (parts.disruptive = "block"), isHeadOnly: true },
  { name: "drop", value: "none", apply: (parts) => void (parts.disruptive = "drop"), isHeadOnly: true },
  { name: "pass", value: "none", apply: (parts) => void (parts.disruptive = "pass"), isHeadOnly: true },
  { name: "allow", value: "optional", apply: setAllow, isHeadOnly: true },
  { name: "redirect", value: "needed", apply: setRedirect, isHeadOnly: true },
  { name: "status", value: "needed", apply: (parts, value) => within(value, 100, 599, (count) => (parts.status = count)) },
  { name: "log", value: "none", apply: (parts) => void setLog(parts, true) },
  { name: "nolog", value: "none", apply: (parts) => void setLog(parts, false) },
  { name: "auditlog", value: "none", apply: (parts) => void (parts.auditLog = true) },
  { name: "noauditlog", value: "none", apply: (parts) => void (parts.auditLog = false) },
  ignored("append", "what an application answers is not changed"),
  ignored("prepend", "what an application answers is not changed"),
  ignored("pause", "waiting inside a server helps whoever wants to hold it up"),
  ignored("xmlns", "paths into XML are read without name spaces"),
  ignored("deprecatevar", "counters go by expirevar"),
  ignored("sanitiseArg", "excerpts are short and safe, no request is written down whole"),
  ignored("sanitiseMatched", "excerpts are short and safe, no request is written down whole"),
  ignored("sanitiseMatchedBytes", "excerpts are short and safe, no request is written down whole"),
  ignored("sanitiseRequestHeader", "excerpts are short and safe, no request is written down whole"),
  ignored("sanitiseResponseHeader", "excerpts are short and safe, no request is written down whole"),
  refused("exec", "a firewall inside a server starts no programs"),
  refused("proxy", "a firewall inside a server sends requests nowhere else; use deny or redirect"),
];

const BY_NAME: ReadonlyMap<string, ActionRow> = new Map(ROWS.map((row) => [row.name.toLowerCase(), row]));

/** Obeys one action. What is wrong is reported. */
export function applyAction(parts: Parts, call: ActionCall, reading: Reading, place: "head" | "chained"): void {
  const { problems, source } = reading;
  const row = BY_NAME.get(call.name.toLowerCase());
  if (row === undefined) {
    const hint = didYouMean(call.name, ROWS.map(({ name }) => name)); // biome-ignore format: one line
    problems.add(source, `unknown action ${excerpt(call.name)}; expected an action of the reference manual${hint}`);
    return;
  }
  if (row.value === "none" && call.value !== undefined)
    problems.add(source, `${row.name}:${excerpt(call.value)}; expected ${row.name} without a value`);
  else if (row.value === "needed" && (call.value ?? "") === "")
    problems.add(source, `"${row.name}" has no value; expected ${row.name}:value`);
  else if (place === "chained" && row.isHeadOnly)
    problems.add(source, `"${row.name}" stands on a rule behind a chain; expected it on the first rule of the chain`);
  else {
    const problem = row.apply(parts, call.value ?? "", reading);
    if (problem !== undefined) problems.add(source, `${row.name}: ${problem}`);
  }
}

function setId(parts: Parts, value: string): string | undefined {
  if (!/^[1-9]\d{0,14}$/.test(value)) return `found ${excerpt(value)}; expected a whole number from 1 to 999999999999999`;
  parts.id = Number(value);
  return undefined;
}

/** `2`, `request`: a phase by number or name. */
export function readPhase(value: string): Phase | undefined {
  const name = value.toLowerCase();
  return Object.hasOwn(PHASES, name) ? PHASES[name] : undefined;
}

function setPhase(parts: Parts, value: string): string | undefined {
  parts.phase = readPhase(value);
  return parts.phase === undefined ? `found ${excerpt(value)}; expected 1 to 5, request, response or logging` : undefined;
}

function setSeverity(parts: Parts, value: string): string | undefined {
  const severity = /^[0-7]$/.test(value) ? Number(value) : SEVERITIES.indexOf(value.toLowerCase());
  if (severity < 0) return `found ${excerpt(value)}; expected 0 to 7 or one of ${SEVERITIES.join(", ")}${didYouMean(value, SEVERITIES)}`;
  parts.severity = severity;
  return undefined;
}

function addTransform(parts: Parts, value: string, { names }: Reading): string | undefined {
  if (value.toLowerCase() === "none") {
    parts.transforms = [];
    return undefined;
  }
  const name = names.transforms.find(value);
  if (name === undefined)
    return `unknown transformation ${excerpt(value)}; expected one of the reference manual${names.transforms.hint(value)}`;
  parts.transforms.push(name);
  return undefined;
}

function setAllow(parts: Parts, value: string): string | undefined {
  const scope = value.toLowerCase();
  if (scope !== "" && scope !== "phase" && scope !== "request")
    return `found ${excerpt(value)}; expected allow, allow:phase or allow:request`;
  parts.disruptive = scope === "" ? "allow" : scope === "phase" ? "allow:phase" : "allow:request";
  return undefined;
}

function setRedirect(parts: Parts, value: string): undefined {
  parts.disruptive = "redirect";
  parts.location = value;
}

/** `nolog` keeps a match out of both logs, `log` puts it into both (reference manual); the audit actions then say otherwise. */
function setLog(parts: Parts, isLogged: boolean): void {
  parts.log = isLogged;
  parts.auditLog = isLogged;
}

function add(parts: Parts, action: ReadAction | undefined): string | undefined {
  if (action === undefined) return undefined;
  if ("problem" in action) return action.problem;
  parts.actions.push(action);
  return undefined;
}

function within(value: string, least: number, most: number, set: (count: number) => void): string | undefined {
  const count = /^\d{1,7}$/.test(value) ? Number(value) : -1;
  if (count < least || count > most) return `found ${excerpt(value)}; expected a whole number from ${least} to ${most}`;
  set(count);
  return undefined;
}

function ignored(name: string, why: string): ActionRow {
  return {
    name,
    value: "optional",
    apply: (_parts, _value, { problems, source }) => void problems.remark(source, `${name} does nothing: ${why}`),
  };
}

function refused(name: string, why: string): ActionRow {
  return { name, value: "optional", apply: () => `cannot be obeyed: ${why}` };
}
