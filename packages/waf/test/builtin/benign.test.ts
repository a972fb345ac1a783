import { ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { type Benign, benignRecords } from "../benign/corpus.ts";
import { judge, openWaf, type Sent } from "./engine.ts";

const RECORDS = 20_000;
const SEEDS = [1, 2, 3, 20_261_121];
/** Of ten thousand everyday records: a password of nothing but symbols may be a fragment of a shell, too. */
const EVERYDAY_PER_TEN_THOUSAND_MAX = 2;
/** Records in one request: the verdict on a field does not depend on its neighbours, and the corpus is large. */
const FIELDS = 10;
/** Of a thousand records of code and markup in free text, how many may look like an attack. */
const TECHNICAL_PER_MILLE_MAX = 10;

const waf = openWaf();

const FORMS: Readonly<Record<string, (fields: readonly Benign[]) => Sent>> = {
  JSON: (fields) => ({ type: "application/json", body: JSON.stringify(Object.fromEntries(fields.map(({ text }, index) => [`field${index}`, text]))) }),
  "a form": (fields) => ({ type: "application/x-www-form-urlencoded", body: fields.map(({ text }, index) => `field${index}=${encodeURIComponent(text).replaceAll("%20", "+")}`).join("&") }),
}; // biome-ignore format: one row each

for (const seed of SEEDS) {
  const records = benignRecords(RECORDS, seed);
  const ordinary = records.filter(({ group }) => group === "ordinary");
  const technical = records.filter(({ group }) => group === "technical");

  describe(`The firewall's built-in rules at the default paranoia, with the corpus of seed ${seed},`, () => {
    test(`know ${RECORDS} different benign records, four in five of them everyday data`, () => {
      strictEqual(records.length, RECORDS);
      ok(ordinary.length > RECORDS * 0.75 && technical.length > RECORDS * 0.15);
      const kinds = new Set(records.map(({ kind }) => kind));
      ok(kinds.size >= 24, [...kinds].join());
    });
    for (const [name, send] of Object.entries(FORMS)) {
      test(`let everyday data through in ${name}`, () => atMost(ordinary, send, EVERYDAY_PER_TEN_THOUSAND_MAX / 10_000));
      test(`take few records of code and markup for an attack in ${name}`, () => atMost(technical, send, TECHNICAL_PER_MILLE_MAX / 1_000));
    }
  });
}

function atMost(records: readonly Benign[], send: (fields: readonly Benign[]) => Sent, share: number): void {
  const wrong = refused(records, send);
  ok(wrong.length <= records.length * share, `${wrong.length} of ${records.length}: ${wrong.slice(0, 5).map(shown).join("\n")}`);
}

function shown({ kind, text }: Benign): string {
  return `${kind}: ${text}`;
}

/** The records that would be refused alone. */
function refused(all: readonly Benign[], send: (fields: readonly Benign[]) => Sent): Benign[] {
  const wrong: Benign[] = [];
  for (let at = 0; at < all.length; at += FIELDS) {
    const fields = all.slice(at, at + FIELDS);
    if (judge(waf, send(fields)).verdict.act === "refuse")
      wrong.push(...fields.filter((field) => judge(waf, send([field])).verdict.act === "refuse"));
  }
  return wrong;
}

/** What pages send when nobody waits for it (`sendBeacon`): JSON as plain text, many small values, one of them JSON once more. */
const EVENTS = Array.from({ length: 45 }, (_, event) => ({
  ...Object.fromEntries(Array.from({ length: 18 }, (_each, field) => [`field${field}`, `value ${event * 18 + field} of ½ or 50%25`])),
  cookie: `seen=${event}; theme=dark%20blue; since=2026-11-${event % 28}`.repeat(12),
  detail: JSON.stringify({ name: `event ${event}`, tags: ["a", "b"], at: 1_795_000_000 + event }),
}));
/** Half of what a request may take: the fields are looked at once, whichever of the rules asks, and the bytes around them not at all. */
const BEACON_STEPS_MAX = 5_000_000;

test("The firewall lets the events of a page through, and examines each of their values once", () => {
  const { verdict, transaction } = judge(waf, { type: "text/plain;charset=UTF-8", body: JSON.stringify(EVENTS) });
  strictEqual(verdict.act, "allow");
  ok(transaction.steps < BEACON_STEPS_MAX, `${transaction.steps} steps`);
});

test("The firewall finds an attack among two thousand values, whatever they are", () => {
  const values = Array.from({ length: 400 }, (_, at) => `value ${at}`);
  strictEqual(judge(waf, { type: "text/plain", body: JSON.stringify([...values, "1' or '1'='1' -- "]) }).verdict.act, "refuse");
});

test("The firewall examines each value once also where every rule looks at every value, as in a request that is explained", () => {
  const body = Buffer.from(JSON.stringify([...EVENTS.slice(0, 10), "1' or '1'='1' -- "]));
  const steps = [false, true].map((isTraced) => {
    const head = { method: "POST", target: "/", protocol: "HTTP/1.1", headers: [["Host", "www.example.com"], ["Content-Type", "application/json"], ["Content-Length", String(body.length)]], remoteAddress: "192.0.2.1", remotePort: 1, serverAddress: "192.0.2.2", serverPort: 443 } as const; // biome-ignore format: one line
    const transaction = openWaf().open(head, isTraced ? { trace: () => undefined } : {});
    transaction.head();
    transaction.feed(body);
    strictEqual(transaction.body().act, "refuse");
    transaction.close();
    return transaction.steps;
  });
  ok((steps[1] ?? 0) < (steps[0] ?? 0) * 2, steps.join());
});
