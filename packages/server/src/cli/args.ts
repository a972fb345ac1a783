import { Fault, parseDuration } from "../kit/index.ts";
import { UsageError } from "./command.ts";
import type { Progress, Reply } from "./contract.ts";

/** Arguments and answers cross a socket: they are read, never believed. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(args: unknown): Fields {
  if (typeof args !== "object" || args === null || Array.isArray(args)) throw misfit();
  return { ...args };
}

export function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") throw misfit();
  return value;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined ? undefined : textField(fields, name);
}

export function textListField(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw misfit();
  return value;
}

export function numberField(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw misfit();
  return value;
}

export function optionalNumber(fields: Fields, name: string): number | undefined {
  return fields[name] === undefined ? undefined : numberField(fields, name);
}

export function asReply(answer: unknown): Reply {
  const { data, lines, exit } = fieldsOf(answer);
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === "string") || (exit !== 0 && exit !== 1)) throw misfit();
  return { data, lines, exit };
}

export function asProgress(step: unknown): Progress | undefined {
  if (typeof step !== "object" || step === null) return undefined;
  const { what, done, total, unit }: Fields = { ...step };
  if (typeof what !== "string" || typeof done !== "number" || (unit !== "bytes" && unit !== "entries")) return undefined;
  return { what, done, total: typeof total === "number" ? total : null, unit };
}

/** A moment as ISO text, or as a duration back from now ("2h", "30d"). */
export function readMoment(text: string, option: string, now: number): number {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const time = /^\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(
      `--${option} takes a time like 2026-11-20T08:00:00Z, or a duration back from now like 2h or 30d; it was "${text}".`,
    );
  return time;
}

export function readCount(text: string, option: string, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw new UsageError(`--${option} takes a number from 1 to ${most}; it was "${text}".`);
  return count;
}

function misfit(): Fault {
  return new Fault("request.malformed", "The command line and the server do not understand each other: both must be of the same version.");
}
