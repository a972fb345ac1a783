// Says how much of a public payload collection each detector finds, and how often it is wrong about benign text. Run by hand:
//   HOLDFAST_WAF_PAYLOADS=… HOLDFAST_WAF_FUZZDB=… HOLDFAST_WAF_SQLMAP=… HOLDFAST_WAF_GOTESTWAF=… HOLDFAST_WAF_BENIGN=file:file node test/detect/rates.ts [class] [missed|found]
// Collections hold comments, headings and harmless fragments as well: the rates compare versions of a detector, they are no mark out of 100.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { DETECTORS, type Detector } from "../../src/detect/index.ts";

/** A finding of this weight refuses a request on its own. */
const SURE = 4;
/** Lines read of one benign file. */
const BENIGN_LINES_MAX = 200_000;

interface Collection {
  readonly detector: string;
  readonly label: string;
  readonly values: readonly string[];
}

const places = {
  payloads: process.env["HOLDFAST_WAF_PAYLOADS"],
  fuzzdb: process.env["HOLDFAST_WAF_FUZZDB"],
  sqlmap: process.env["HOLDFAST_WAF_SQLMAP"],
  gotestwaf: process.env["HOLDFAST_WAF_GOTESTWAF"],
  benign: process.env["HOLDFAST_WAF_BENIGN"],
};

const FOLDERS: readonly (readonly [detector: string, place: "payloads" | "fuzzdb", folder: string])[] = [
  ["sql", "payloads", "SQL Injection/Intruder"],
  ["sql", "fuzzdb", "attack/sql-injection/detect"],
  ["sql", "fuzzdb", "attack/sql-injection/payloads-sql-blind"],
  ["sql", "fuzzdb", "attack/sql-injection/exploit"],
  ["nosql", "payloads", "NoSQL Injection/Intruder"],
  ["nosql", "fuzzdb", "attack/no-sql-injection"],
  ["ldap", "payloads", "LDAP Injection/Intruder"],
  ["ldap", "fuzzdb", "attack/ldap"],
  ["command", "payloads", "Command Injection/Intruder"],
  ["command", "fuzzdb", "attack/os-cmd-execution"],
  ["code", "payloads", "Command Injection/Intruder"],
  ["template", "payloads", "Server Side Template Injection/Intruder"],
  ["xpath", "fuzzdb", "attack/xpath"],
];

const CASES: readonly (readonly [detector: string, file: string])[] = [
  ["sql", "sql-injection"],
  ["sql", "community-sqli"],
  ["nosql", "nosql-injection"],
  ["ldap", "ldap-injection"],
  ["mail", "mail-injection"],
  ["command", "shell-injection"],
  ["command", "rce"],
  ["command", "rce-urlparam"],
  ["command", "rce-urlpath"],
  ["command", "community-rce"],
  ["template", "sst-injection"],
  ["code", "rce"],
  ["code", "rce-urlparam"],
];

function main(): void {
  const [only, show] = process.argv.slice(2);
  const benign = benignValues();
  for (const detector of DETECTORS) {
    if (only !== undefined && detector.name !== only) continue;
    for (const { label, values } of collections(detector.name)) report(detector, label, values, show);
    reportBenign(detector, benign, show);
  }
}

function report(detector: Detector, label: string, values: readonly string[], show: string | undefined): void {
  const weights = values.map((value) => detector.find(value)?.weight ?? 0);
  const share = (least: number): string => `${((100 * weights.filter((weight) => weight >= least).length) / values.length).toFixed(1)} %`;
  console.log(`${detector.name} ${label}: ${values.length} values, any ${share(1)}, doubt ${share(3)}, sure ${share(SURE)}`);
  if (show !== "missed") return;
  for (const [index, value] of values.entries())
    if ((weights[index] ?? 0) < SURE) console.log(`  ${weights[index]} ${JSON.stringify(value.slice(0, 160))}`);
}

function reportBenign(detector: Detector, values: readonly string[], show: string | undefined): void {
  if (values.length === 0) return;
  const counts = [0, 0, 0, 0, 0, 0];
  for (const value of values) {
    const found = detector.find(value);
    const weight = found?.weight ?? 0;
    counts[weight] = (counts[weight] ?? 0) + 1;
    if (show === "found" && weight >= 3) console.log(`  ${weight} ${found?.kind} ${JSON.stringify(value.slice(0, 200))}`);
  }
  const rate = (least: number): string =>
    ((10_000 * counts.slice(least).reduce((sum, count) => sum + count, 0)) / values.length).toFixed(2);
  console.log(`${detector.name} benign: ${values.length} values, per 10,000: any ${rate(1)}, doubt ${rate(3)}, sure ${rate(SURE)}`);
}

function collections(detector: string): Collection[] {
  const found: Collection[] = [];
  for (const [name, place, folder] of FOLDERS) {
    const root = places[place];
    if (name !== detector || root === undefined || !existsSync(join(root, folder))) continue;
    for (const file of readdirSync(join(root, folder))) {
      const path = join(root, folder, file);
      if (!statSync(path).isFile() || /readme/i.test(file)) continue;
      const values = linesOf(path).map(decoded);
      if (values.length > 0) found.push({ detector, label: `${basename(root)}/${file}`, values });
    }
  }
  for (const [name, file] of CASES) if (name === detector) found.push(...cases(name, file));
  if (detector === "sql" && places.sqlmap !== undefined) found.push({ detector, label: "sqlmap", values: sqlmapValues(places.sqlmap) });
  return found;
}

function cases(detector: string, file: string): Collection[] {
  if (places.gotestwaf === undefined) return [];
  for (const folder of ["owasp", "community", "owasp-api"]) {
    const path = join(places.gotestwaf, "testcases", folder, `${file}.yml`);
    if (!existsSync(path)) continue;
    const content: { readonly payload: readonly unknown[] } = parse(readFileSync(path, "utf8"));
    return [
      {
        detector,
        label: `gotestwaf/${file}`,
        values: content.payload.map((value) => decoded(Buffer.from(String(value), "utf8").toString("latin1"))),
      },
    ];
  }
  return [];
}

function benignValues(): string[] {
  const values: string[] = [];
  if (places.gotestwaf !== undefined) {
    const content: { readonly payload: readonly unknown[] } = parse(
      readFileSync(join(places.gotestwaf, "testcases/false-pos/texts.yml"), "utf8"),
    );
    for (const value of content.payload) values.push(Buffer.from(String(value), "utf8").toString("latin1"));
  }
  for (const file of places.benign?.split(":") ?? []) for (const line of linesOf(file).slice(0, BENIGN_LINES_MAX)) values.push(line);
  return values;
}

function linesOf(path: string): string[] {
  return readFileSync(path, "latin1")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
}

/** Collections write blanks and quotes as `%20` and `%27`; decoding is the work of another room. */
function decoded(value: string): string {
  return value.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The payloads of sqlmap between its boundaries, with its place-holders filled. */
function sqlmapValues(root: string): string[] {
  const boundaries: (readonly [string, string])[] = [];
  for (const [, prefix = "", suffix = ""] of readFileSync(join(root, "data/xml/boundaries.xml"), "utf8").matchAll(/<prefix>(.*?)<\/prefix>\s*<suffix>(.*?)<\/suffix>/g)) boundaries.push([prefix, suffix]); // biome-ignore format: one line
  const values: string[] = [];
  for (const file of readdirSync(join(root, "data/xml/payloads"))) {
    for (const [, payload = "", comment = ""] of readFileSync(join(root, "data/xml/payloads", file), "utf8").matchAll(
      /<request>\s*<payload>(.*?)<\/payload>(?:\s*<comment>(.*?)<\/comment>)?/g,
    )) {
      if (payload === "[UNION]" || payload === "") continue;
      for (let turn = 0; turn < 6; turn++) {
        const [prefix, suffix] = boundaries[(values.length * 7) % boundaries.length] ?? ["", ""];
        values.push(filled(`1${prefix} ${payload}${comment === "" ? ` ${suffix}` : comment}`));
      }
    }
  }
  return values;
}

function filled(text: string): string {
  return text
    .replace(/\[RANDNUM\d?\]/g, "4821").replace(/\[RANDSTR\d?\]/g, "qWkz").replace(/\[ORIGVALUE\]|\[ORIGINAL\]/g, "1").replace(/\[SLEEPTIME\]/g, "5")
    .replace(/\[GENERIC_SQL_COMMENT\]/g, "-- qX").replace(/\[DELIMITER_\w+\]/g, "qzxvq").replace(/\[INFERENCE\]/g, "ORD(MID((VERSION()),1,1))>64").replace(/\[[A-Z_]+\]/g, "1")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"); // biome-ignore format: pairs
}

main();
