import type { Flags } from "./parse.ts";
import { PatternProblem, type Reader } from "./reader.ts";

/** What stands behind an opening parenthesis. */
export type Opening =
  | { readonly kind: "capture"; readonly index: number }
  | { readonly kind: "plain"; readonly flags: Partial<Flags> }
  | { readonly kind: "atomic" }
  | { readonly kind: "look"; readonly ahead: boolean; readonly negated: boolean }
  /** `(?i)`: no group; the flags hold from here on. */
  | { readonly kind: "flags"; readonly flags: Partial<Flags> }
  | { readonly kind: "comment" };

const LOOKS: ReadonlyMap<string, { ahead: boolean; negated: boolean }> = new Map([
  ["?=", { ahead: true, negated: false }],
  ["?!", { ahead: true, negated: true }],
  ["?<=", { ahead: false, negated: false }],
  ["?<!", { ahead: false, negated: true }],
]);

const LOOK = /\?<?[=!]/y;
const NAME = /\?(?:P?<([A-Za-z_]\w{0,31})>|'([A-Za-z_]\w{0,31})')/y;
const FLAGS = /\?(\^?[imsxnJ]*)(?:-([imsxnJ]+))?([:)])/y;

/** Reads what follows `(`, and nothing of the body. Throws PatternProblem on kinds of groups that are not supported. */
export function parseOpening(reader: Reader, flags: Readonly<Flags>): Opening {
  if (reader.source[reader.at] === "*") throw new PatternProblem(reader, "a verb (*…), which is not supported");
  if (reader.source[reader.at] !== "?") return { kind: "capture", index: ++reader.groups };
  if (reader.source.startsWith("?#", reader.at)) return skipComment(reader);
  if (reader.source.startsWith("?>", reader.at)) {
    reader.at += 2;
    return { kind: "atomic" };
  }
  const look = LOOKS.get(take(reader, LOOK)?.[0] ?? "");
  if (look !== undefined) return { kind: "look", ...look };
  const named = take(reader, NAME);
  if (named !== undefined) {
    reader.names.set(named[1] ?? named[2] ?? "", ++reader.groups);
    return { kind: "capture", index: reader.groups };
  }
  const written = take(reader, FLAGS);
  if (written === undefined) throw new PatternProblem(reader, "a kind of group that is not supported");
  const changed = changedFlags(reader, written[1] ?? "", written[2] ?? "", flags);
  return written[3] === ":" ? { kind: "plain", flags: changed } : { kind: "flags", flags: changed };
}

function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.source);
  if (found === null) return undefined;
  reader.at = expression.lastIndex;
  return found;
}

function skipComment(reader: Reader): Opening {
  const end = reader.source.indexOf(")", reader.at);
  if (end < 0) throw new PatternProblem(reader, "a comment without its )");
  reader.at = end + 1;
  return { kind: "comment" };
}

const FLAG_NAMES: ReadonlyMap<string, keyof Flags> = new Map([
  ["i", "ignoreCase"],
  ["s", "dotAll"],
  ["m", "multiline"],
  ["x", "extended"],
]);

function changedFlags(reader: Reader, on: string, off: string, flags: Readonly<Flags>): Partial<Flags> {
  const changed: Partial<Flags> = {};
  for (const [letters, value] of [
    [on, true],
    [off, false],
  ] as const) {
    for (const letter of letters) {
      const name = FLAG_NAMES.get(letter);
      if (name === undefined) throw new PatternProblem(reader, `the flag ${letter}, which is not supported`);
      changed[name] = value;
    }
  }
  return { ...flags, ...changed };
}
