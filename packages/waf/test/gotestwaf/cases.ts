// Reads GoTestWAF's cases: each payload in each encoding in each place of a request.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

export interface Case {
  /** The folder: `owasp`, `owasp-api`, `false-pos` … */
  readonly set: string;
  /** The file, without its ending. */
  readonly name: string;
  readonly payload: string;
  readonly encoder: string;
  readonly place: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** All cases below a folder, in the order of their names. */
export function readCases(folder: string): Case[] {
  return readdirSync(folder)
    .sort()
    .flatMap((set) =>
      readdirSync(join(folder, set))
        .filter((file) => file.endsWith(".yml"))
        .sort()
        .flatMap((file) => readFile(join(folder, set, file), set, file.slice(0, -4))),
    );
}

function readFile(path: string, set: string, name: string): Case[] {
  const document = parseDocument(readFileSync(path, "utf8"));
  // GoTestWAF's reader takes `\'` between double quotes for an apostrophe, which YAML does not know; nothing else may be wrong.
  const [wrong] = document.errors.filter(({ code }) => code !== "BAD_DQ_ESCAPE");
  if (wrong !== undefined) throw wrong;
  const content: unknown = document.toJS();
  if (!isRecord(content)) throw new Error(`${path} holds no table`);
  const cases: Case[] = [];
  for (const payload of listOf(content["payload"])) {
    for (const encoder of listOf(content["encoder"])) {
      for (const place of listOf(content["placeholder"])) {
        const [placeName, settings] = isRecord(place) ? (Object.entries(place)[0] ?? ["", {}]) : [String(place), {}];
        cases.push({
          set,
          name,
          payload: String(payload),
          encoder: String(encoder),
          place: placeName,
          settings: isRecord(settings) ? settings : {},
        });
      }
    }
  }
  return cases;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
