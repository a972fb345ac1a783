import type { Setting, Settings } from "../settings.ts";
import type { Io, Progress, Reply, Wiring } from "./contract.ts";

export interface Option {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  /** What stands for the value in the help; "" for a switch. */
  readonly metavar: string;
  readonly summary: string;
}

export interface Positional {
  readonly name: string;
  readonly required: boolean;
  readonly summary: string;
}

/** One row of the table of commands. Its help is made from it. */
export interface Command {
  /** As it is typed: "trail verify". */
  readonly name: string;
  readonly summary: string;
  readonly positionals: readonly Positional[];
  readonly options: Readonly<Record<string, Option>>;
  run(call: Call): Promise<Reply>;
}

/** One use of a command, with everything it may touch. */
export interface Call {
  readonly settings: Settings;
  /** What was said about the settings, and by whom. */
  readonly said: readonly Setting[];
  readonly io: Io;
  readonly wiring: Wiring;
  positional(name: string): string | undefined;
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  isSet(option: string): boolean;
  /** Has the running server do it, or opens the app itself where none runs. */
  operate(operation: string, args: Readonly<Record<string, unknown>>): Promise<Reply>;
  progress(step: Progress): void;
}

/** Wrong use: exit code 2. The sentence says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function reply(data: unknown, lines: readonly string[], exit: 0 | 1 = 0): Reply {
  return { data, lines, exit };
}
