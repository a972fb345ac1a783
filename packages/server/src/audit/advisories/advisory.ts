import { Fault } from "../../kit/index.ts";
import type { Severity } from "./cvss.ts";
import type { Range } from "./ranges.ts";

export interface Affected {
  readonly ecosystem: "npm" | "node";
  readonly name: string;
  readonly ranges: readonly Range[];
  /** Versions that are named one by one. */
  readonly versions: readonly string[];
}

export interface Advisory {
  readonly id: string;
  /** Other names of the same thing: CVE-…, GHSA-…. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly url: string | undefined;
  readonly severity: Severity;
  readonly score: number | undefined;
  readonly affected: readonly Affected[];
}

/** What a source gave: nothing found in it is an answer only because it could be read to its end. */
export interface Answer {
  readonly advisories: readonly Advisory[];
  /** Whether it knows of the runtime too. */
  readonly knowsNode: boolean;
}

/** A source that cannot be reached or read has not said "none". */
export function unreadable(because: string, cause?: unknown): Fault {
  return new Fault(
    "advisories.unreadable",
    `The source of advisories says nothing that can be relied on: ${because}. Nothing was checked.`,
    { cause },
  );
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(json: unknown, what: string): Fields {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw unreadable(`${what} is not an object`);
  return { ...json };
}

export function listOf(json: unknown, what: string): readonly unknown[] {
  if (json === undefined || json === null) return [];
  if (!Array.isArray(json)) throw unreadable(`${what} is not a list`);
  return json;
}

/** What a source says reaches terminals and the trail: one line, without control characters. */
export function textOf(json: unknown, what: string): string {
  const text = typeof json === "string" ? oneLine(json) : "";
  if (text === "") throw unreadable(`${what} is not a text`);
  return text;
}

/** One line for a terminal, whatever the source put into it. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/\p{C}+/gu, " ")
    .trim()
    .slice(0, LINE_CHARACTERS_MAX);
}

const LINE_CHARACTERS_MAX = 200;

export function isSeverity(text: string): text is Severity {
  return Object.hasOwn(SEVERITIES, text);
}

const SEVERITIES = { critical: 1, high: 1, medium: 1, low: 1, none: 1, unrated: 1 };

/** Registries say "moderate" where the scale says medium. */
export function severityWord(text: unknown): Severity {
  const word = typeof text === "string" ? text.toLowerCase() : "";
  if (word === "moderate") return "medium";
  return isSeverity(word) ? word : "unrated";
}
