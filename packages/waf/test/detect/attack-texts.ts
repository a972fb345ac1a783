import { readdirSync, readFileSync } from "node:fs";

// The texts that the detectors' tests hold, attacks most of them: whoever adds a row to any table adds it here as well.

const FOLDERS = [".", "../builtin"];
/** A text between two quotes of one kind on one line, as TypeScript writes it. */
const LITERAL = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g;
const ESCAPE = /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", 0: "\0" };

function unescapeText(literal: string): string {
  return literal.replace(ESCAPE, (_, point?: string, unit?: string, byte?: string, character = "") => {
    const code = point ?? unit ?? byte;
    return code === undefined ? (ESCAPED[character] ?? character) : String.fromCodePoint(Number.parseInt(code, 16));
  });
}

function textsOf(file: URL): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(LITERAL)].map((found) => unescapeText(found[1] ?? found[2] ?? found[3] ?? ""));
}

/** Every text in the tests of the detectors and of the built-in rules, one character a byte. */
export const ATTACK_TEXTS: readonly string[] = [
  ...new Set(
    FOLDERS.flatMap((folder) => {
      const home = new URL(`${folder}/`, import.meta.url);
      return readdirSync(home).filter((name) => name.endsWith(".ts")).flatMap((name) => textsOf(new URL(name, home))); // biome-ignore format: one line
    }).map((text) => Buffer.from(text, "utf8").toString("latin1")),
  ),
];
