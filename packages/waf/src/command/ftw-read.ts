// Reads CRS-style YAML tests. The failsafe schema leaves every scalar as it was written: a Content-Length of `1.0` or `0x10`
// must not become a number on the way.
import { parse } from "yaml";
import { type FtwExpectation, FtwProblem, type FtwStage, type FtwTest } from "./ftw-contract.ts";
import { buildRequest } from "./ftw-request.ts";

type Fields = ReadonlyMap<string, unknown>;

const INPUT_FIELDS = new Set([
  ...["dest_addr", "port", "protocol", "method", "uri", "version", "headers", "data", "encoded_data", "encoded_request"],
  ...["raw_request", "autocomplete_headers", "stop_magic", "follow_redirect"],
]);
const OUTPUT_FIELDS = new Set(["status", "response_contains", "log_contains", "no_log_contains", "expect_error", "retry_once", "isolated", "log"]); // biome-ignore format: one line
const LOG_FIELDS = new Set(["expect_ids", "no_expect_ids", "match_regex", "no_match_regex"]);
const REPEAT_TEMPLATE = /\{\{\s*"([^"]*)"\s*\|\s*repeat\s+(\d{1,7})\s*\}\}/g;
const REPEATED_BYTES_MAX = 10_000_000;

/** All tests of one file; none where the file is empty, all commented out, or switched off. Throws FtwProblem on what is no file of tests. */
export function readFtwTests(text: string, place: { readonly file: string; readonly family: string }): readonly FtwTest[] {
  const root: unknown = parse(text, { schema: "failsafe", mapAsMap: true, uniqueKeys: false });
  if (root === null || root === undefined || root === "") return [];
  const file = fields(root, place.file, "the file");
  const meta = optionalFields(file.get("meta"), place.file, "meta");
  if (isWord(meta.get("enabled"), "false")) return [];
  const ruleId = optionalText(file.get("rule_id"));
  return list(file.get("tests"), place.file, "tests").map((item, position) => {
    const test = fields(item, place.file, `test ${position + 1}`);
    const title = optionalText(test.get("test_title")) ?? `${ruleId ?? "?"}-${optionalText(test.get("test_id")) ?? position + 1}`;
    const about = { title, file: place.file, position, family: place.family, description: optionalText(test.get("desc")) ?? "" };
    return { ...about, ...readStages(test, { file: place.file, title, isLegacy: test.has("test_title") }) };
  });
}

function readStages(test: Fields, place: Place): Pick<FtwTest, "stages" | "unreadable"> {
  try {
    const stages = list(test.get("stages"), place.file, "stages");
    if (stages.length === 0) throw new FtwProblem(place.file, "there is no stage, and so nothing to fail");
    return { stages: stages.map((stage) => readStage(stage, place)) };
  } catch (error) {
    if (error instanceof FtwProblem) return { stages: [], unreadable: error.reason };
    throw error;
  }
}

interface Place {
  readonly file: string;
  readonly title: string;
  readonly isLegacy: boolean;
}

function readStage(item: unknown, place: Place): FtwStage {
  const outer = fields(item, place.file, "stage");
  const stage = outer.has("stage") ? fields(outer.get("stage"), place.file, "stage") : outer;
  const input = fields(stage.get("input"), place.file, "input");
  const output = optionalFields(stage.get("output"), place.file, "output");
  allow(input, INPUT_FIELDS, place, "input");
  allow(output, OUTPUT_FIELDS, place, "output");
  return { request: readRequest(input, place), expect: readExpectation(output, place) };
}

function readRequest(input: Fields, place: Place): string {
  const encoded = optionalText(input.get("encoded_request"));
  if (encoded) return Buffer.from(encoded, "base64").toString("latin1");
  const raw = optionalText(input.get("raw_request"));
  if (raw) return bytes(raw);
  const word = (name: string, otherwise: string): string => bytes(optionalText(input.get(name)) ?? otherwise);
  const headers = optionalFields(input.get("headers"), place.file, "headers");
  return buildRequest({
    method: word("method", "GET"),
    target: word("uri", "/"),
    version: word("version", "HTTP/1.1"),
    headers: [...headers].map(([name, value]) => [bytes(name), bytes(optionalText(value) ?? "")]),
    data: readData(input, place),
    complete: !isWord(input.get("stop_magic"), "true") && !isWord(input.get("autocomplete_headers"), "false"),
    lengthWithoutBody: !place.isLegacy,
  });
}

function readData(input: Fields, place: Place): string | undefined {
  const encoded = optionalText(input.get("encoded_data"));
  if (encoded !== undefined) return Buffer.from(encoded, "base64").toString("latin1");
  const data = input.get("data");
  if (data === undefined) return undefined;
  const text = Array.isArray(data) ? data.map((line) => optionalText(line) ?? "").join("\r\n") : optionalText(data);
  if (text === undefined) throw new FtwProblem(place.file, "data is neither a text nor a list of lines");
  return place.isLegacy ? bytes(text) : expandTemplates(bytes(text), place);
}

/** The one Go template that CRS uses: `{{ "1" | repeat 152 }}`. */
function expandTemplates(text: string, place: Place): string {
  return text.replaceAll(REPEAT_TEMPLATE, (_, what: string, times: string) => {
    if (what.length * Number(times) > REPEATED_BYTES_MAX) throw new FtwProblem(place.file, "data repeats too much");
    return what.repeat(Number(times));
  });
}

function readExpectation(output: Fields, place: Place): FtwExpectation {
  const log = optionalFields(output.get("log"), place.file, "log");
  allow(log, LOG_FIELDS, place, "log");
  const contained = optionalText(output.get("log_contains"));
  const absent = optionalText(output.get("no_log_contains"));
  return {
    ids: [...numbers(log.get("expect_ids"), place), ...(contained === undefined ? [] : [idIn(contained, place)])],
    noIds: [...numbers(log.get("no_expect_ids"), place), ...(absent === undefined ? [] : [idIn(absent, place)])],
    statuses: numbers(output.get("status"), place),
    logPattern: optionalText(log.get("match_regex")),
    noLogPattern: optionalText(log.get("no_match_regex")),
    responseContains: optionalText(output.get("response_contains")),
    mayFail: isWord(output.get("expect_error"), "true"),
    isolated: isWord(output.get("isolated"), "true"),
  };
}

/** 3.x looks for `id "942100"` in a log; only the id is meant, and not every test closes the quote. */
function idIn(text: string, place: Place): number {
  const found = /\d{6}/.exec(text)?.[0];
  if (found === undefined) throw new FtwProblem(place.file, `expected a rule id of six digits, found ${text}`);
  return Number(found);
}

function numbers(value: unknown, place: Place): readonly number[] {
  if (value === undefined || value === "") return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.map((item) => {
    const text = optionalText(item) ?? "";
    if (!/^\d{1,9}$/.test(text)) throw new FtwProblem(place.file, `expected a number, found ${text}`);
    return Number(text);
  });
}

function allow(found: Fields, known: ReadonlySet<string>, place: Place, where: string): void {
  for (const name of found.keys()) {
    if (!known.has(name)) throw new FtwProblem(place.file, `${where} has the field ${name}, which means nothing here`);
  }
}

function fields(value: unknown, file: string, what: string): Fields {
  if (!(value instanceof Map)) throw new FtwProblem(file, `${what} is not a map of fields`);
  const texts = new Map<string, unknown>();
  for (const [name, content] of value) texts.set(String(name), content);
  return texts;
}

/** A field that is left out, or has nothing behind its colon, is an empty map. */
function optionalFields(value: unknown, file: string, what: string): Fields {
  return value === undefined || value === null || value === "" ? new Map() : fields(value, file, what);
}

function list(value: unknown, file: string, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FtwProblem(file, `${what} is not a list`);
  return value;
}

function optionalText(value: unknown): string | undefined {
  if (value === null) return "";
  return typeof value === "string" ? value : undefined;
}

function isWord(value: unknown, word: string): boolean {
  return typeof value === "string" && value.toLowerCase() === word;
}

function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
