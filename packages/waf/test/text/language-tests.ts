// Reads the language tests of SecRules (and Coraza's copies of them), which are not part of this repository.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { toByteString } from "../../src/text/index.ts";

export interface LanguageCase {
  readonly file: string;
  readonly name: string;
  /** Byte strings. */
  readonly input: string;
  readonly param: string;
  readonly output: string;
  readonly ret: boolean;
}

/** A case that is not passed, and why passing it would be wrong. */
export interface Exception {
  /** The operator or transformation. */
  readonly name: string;
  readonly input: string | RegExp;
  readonly param?: string;
  readonly reason: string;
}

/** A published suite: where it lies, and what of it is not passed. */
export interface Suite {
  readonly title: string;
  /** The environment variable that names its folder. */
  readonly variable: string;
  readonly folder: string;
  readonly exceptions: readonly Exception[];
}

/** Where one suite lies, or why it is not run. */
export function suiteFolder(variable: string, folder: string): { readonly path: string; readonly skip: string | false } {
  const root = process.env[variable];
  if (root === undefined) return { path: "", skip: `not run: ${variable} names no folder` };
  const path = `${root}/${folder}`;
  return { path, skip: existsSync(path) ? false : `not run: ${path} is not there` };
}

/** All cases of a folder, in the order of the files; what they are about stands in each of them, or the file is named after it. */
export function readCases(folder: string, namedBy: "case" | "file"): readonly LanguageCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      const cases: unknown = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
      return Array.isArray(cases) ? cases.map((each: unknown) => toCase(file, each, namedBy)) : [];
    });
}

function toCase(file: string, each: unknown, namedBy: "case" | "file"): LanguageCase {
  const record = new Map(typeof each === "object" && each !== null ? Object.entries(each) : []);
  const text = (key: string): string => unescaped(String(record.get(key) ?? ""));
  const name = namedBy === "file" ? file.replace(".json", "") : String(record.get("name"));
  const pattern = name === "rx" || name === "rxGlobal" || /^verify|^validateNid/i.test(name);
  return {
    file,
    name,
    input: text("input"),
    param: pattern ? String(record.get("param") ?? "") : text("param"),
    output: text("output"),
    ret: record.get("ret") === 1,
  };
}

/** ModSecurity's own runner reads `\xHH` and `\u00HH` once more after JSON, and a byte of which one digit is none as scanf does. */
function unescaped(text: string): string {
  return toByteString(text)
    .replace(/\\x([0-9A-Za-z]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16) || 0))
    .replace(/\\u00([0-9A-Fa-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

export interface Outcome {
  readonly passed: number;
  readonly total: number;
  /** Cases that fail and are no exception, and exceptions that pass. */
  readonly surprises: readonly string[];
}

/** Runs all cases; an exception that starts to pass is a surprise as well. */
export function judgeCases(
  cases: readonly LanguageCase[],
  exceptions: readonly Exception[],
  passes: (each: LanguageCase) => boolean,
): Outcome {
  const surprises: string[] = [];
  const used = new Set<Exception>();
  let passed = 0;
  for (const each of cases) {
    const exception = exceptions.find((one) => one.name === each.name && isAbout(one, each));
    if (exception !== undefined) used.add(exception);
    const isPassed = passes(each);
    if (isPassed) passed++;
    if (isPassed === (exception === undefined)) continue;
    surprises.push(
      `${isPassed ? "passes, though an exception" : "fails"}: ${each.file} ${JSON.stringify([each.param, each.input, each.output, each.ret])}`,
    );
  }
  for (const one of exceptions) if (!used.has(one)) surprises.push(`no case for the exception ${one.name} ${String(one.input)}`);
  return { passed, total: cases.length, surprises };
}

function isAbout({ input, param }: Exception, each: LanguageCase): boolean {
  if (param !== undefined && param !== each.param) return false;
  return typeof input === "string" ? input === each.input : input.test(each.input);
}
