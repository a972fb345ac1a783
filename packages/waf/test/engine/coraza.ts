// Reads and runs the profiles of Coraza's own engine tests (testing/engine), which are literals of Go: rules, requests, and the rules that match.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createWaf, KNOWN_NAMES, type Verdict, type Waf } from "../../src/engine/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { toByteString } from "../../src/text/index.ts";

/** A composite literal: of fields or keys, or of items under their places. */
type Go = string | number | boolean | undefined | ReadonlyMap<string, Go>;

export interface Outcome {
  /** `ctl.go: actions: /test.php?id=1234` */
  readonly key: string;
  /** Undefined: as expected. */
  readonly fault: string | undefined;
}

/** Profiles that a build tag of Coraza's leaves out: rules are moved to other phases there. */
const OTHER_BUILD = /^(?:chains_)?multiphase\.go$/;

/** Runs every stage of every profile below Coraza's folder. */
export function runProfiles(root: string): readonly Outcome[] {
  const folder = join(root, "testing/engine");
  const files = readdirSync(folder).filter((name) => name.endsWith(".go") && !OTHER_BUILD.test(name));
  return files.toSorted().flatMap((file) => {
    const source = readFileSync(join(folder, file), "latin1");
    const texts = new Map([...source.matchAll(/^(?:var|const) (\w+) = `([^`]*)`/gm)].map(([, name = "", text = ""]) => [name, text]));
    const starts = [...source.matchAll(/RegisterProfile\(/g)].map(({ index }) => index + "RegisterProfile(".length);
    return starts.flatMap((start) => runProfile(file, parseGo(source, start, texts), root));
  });
}

function runProfile(file: string, profile: Go, root: string): readonly Outcome[] {
  const readFile = (path: string): string => {
    const found = ["testing/testdata", "testing/engine"].map((folder) => join(root, folder, path)).find(existsSync);
    if (found === undefined) throw new Error("not there");
    return readFileSync(found, "latin1");
  };
  const stages = itemsOf(profile, "Tests").flatMap((test) => itemsOf(test, "Stages").map((stage) => ({ title: at(test, "Title"), stage: at(stage, "Stage") }))); // biome-ignore format: one line
  let waf: Waf | undefined;
  let problem = "";
  try {
    const text = String(at(profile, "Rules"));
    const rules = loadRules({ sources: [{ name: "rules.conf", text }], known: KNOWN_NAMES, files: { readFile, listFiles: () => [] } });
    waf = createWaf({ rules, now: Date.now, newId: () => "id" });
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    problem = `did not load: ${error.message}`;
  }
  return stages.map(({ title, stage }) => ({
    key: `${file}: ${title}: ${at(at(stage, "Input"), "URI") ?? "/"}`,
    fault: waf === undefined ? problem : runStage(waf, at(stage, "Input"), at(stage, "Output")),
  }));
}

function runStage(waf: Waf, input: Go, output: Go): string | undefined {
  const transaction = waf.open({
    method: String(at(input, "Method") ?? "GET"),
    target: toByteString(String(at(input, "URI") ?? "/")),
    protocol: String(at(input, "Version") ?? "HTTP/1.1"),
    headers: pairsOf(at(input, "Headers")),
    remoteAddress: String(at(input, "DestAddr") ?? "127.0.0.1"),
    remotePort: 1234,
    serverAddress: "127.0.0.1",
    serverPort: 80,
  });
  const isMultipart = pairsOf(at(input, "Headers")).some(([, value]) => value.startsWith("multipart/"));
  const data = String(at(input, "Data") ?? "");
  const body = isMultipart ? data.replace(/^\n/, "").replace(/\r?\n/g, "\r\n") : data;
  const steps = [
    () => transaction.head(),
    () => transaction.feed(Buffer.from(toByteString(body), "latin1")),
    () => transaction.body(),
    () =>
      transaction.response({ status: Number(at(output, "Status") ?? 200), protocol: "HTTP/1.1", headers: pairsOf(at(output, "Headers")) }),
    () => transaction.feedResponse(Buffer.from(String(at(output, "Data") ?? ""), "latin1")),
    () => transaction.responseBody(),
  ];
  let verdict: Verdict = { act: "allow" };
  for (const step of steps) {
    verdict = step();
    if (verdict.act === "refuse") break;
  }
  transaction.close();
  return judge(output, verdict, new Set(transaction.matches.map(({ ruleId }) => ruleId)));
}

function judge(output: Go, verdict: Verdict, ids: ReadonlySet<number>): string | undefined {
  const missing = itemsOf(output, "TriggeredRules").filter((id) => !ids.has(Number(id)));
  const extra = itemsOf(output, "NonTriggeredRules").filter((id) => ids.has(Number(id)));
  const ending = at(at(output, "Interruption"), "RuleID");
  const ended = verdict.act === "refuse" ? verdict.ruleId : undefined;
  if (missing.length > 0 || extra.length > 0) return `missing ${missing.join(", ")}; extra ${extra.join(", ")}`;
  return ending !== undefined && ending !== ended ? `ended by ${ended}, expected ${String(ending)}` : undefined;
}

function at(value: Go, name: string): Go {
  return value instanceof Map ? value.get(name) : undefined;
}

function itemsOf(value: Go, name: string): readonly Go[] {
  const items = at(value, name);
  return items instanceof Map ? [...items.values()] : [];
}

function pairsOf(value: Go): readonly Pair[] {
  return value instanceof Map ? [...value].map(([name, text]): Pair => [name, toByteString(String(text))]) : [];
}

/** One literal of Go, from a place on: texts and their sums, numbers, names of texts, composites. */
function parseGo(source: string, start: number, texts: ReadonlyMap<string, string>): Go {
  let place = start;
  const skip = (): void => {
    place += /^(?:\s|\/\/[^\n]*)*/.exec(source.slice(place))?.[0].length ?? 0;
  };
  const take = (pattern: RegExp): string | undefined => {
    skip();
    const found = pattern.exec(source.slice(place))?.[0];
    place += found?.length ?? 0;
    return found;
  };
  const term = (): Go => {
    const raw = take(/^`[^`]*`/);
    if (raw !== undefined) return raw.slice(1, -1);
    const quoted = take(/^"(?:[^"\\]|\\.)*"/);
    if (quoted !== undefined) return String(JSON.parse(quoted.replace(/\\x([0-9a-fA-F]{2})/g, "\\u00$1")));
    const word = take(/^[[\]\w.&*]+/) ?? "";
    skip();
    if (source[place] === "{") return composite();
    if (word === "true" || word === "false") return word === "true";
    return /^-?\d+$/.test(word) ? Number(word) : texts.get(word);
  };
  const value = (): Go => {
    let sum = term();
    while (take(/^\+/) !== undefined) sum = `${String(sum)}${String(term())}`;
    return sum;
  };
  const composite = (): Go => {
    const members = new Map<string, Go>();
    place++;
    while (take(/^\}/) === undefined) {
      const key = take(/^(?:\w+|"[^"]*")\s*:/) ?? `${members.size}:`;
      members.set(key.replace(/\s*:$/, "").replaceAll('"', ""), value());
      if (take(/^,/) === undefined && source[place] !== "}") throw new Error(`a literal breaks off at ${source.slice(place, place + 40)}`);
    }
    return members;
  };
  return value();
}
