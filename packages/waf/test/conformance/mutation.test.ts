// A mutating fuzzer: takes the requests of rule sets' own tests, breaks them, and asks what must never depend on how they came.
import { equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readFtwFolder } from "../../src/command/ftw-run.ts";
import { type Pair, parseRawRequest, type RequestHead } from "../../src/http/index.ts";
import { judge, RULE_SETS } from "./judge.ts";
import { placeOf } from "./suite.ts";

const ROUNDS = Number(process.env["HOLDFAST_WAF_FUZZ_ROUNDS"] ?? 600);
const SEED = Number(process.env["HOLDFAST_WAF_FUZZ_SEED"] ?? 20_261_121);
const PIECES = ["%00", "%", "%u0027", "\0", "\r\n", "\r", "\n", " ", "\t", "&", "=", ";", "+", "'", '"', "\\", "/", "../", "<", ">", "{", "}", "[", "]", "\xff", "\xc3\x28", "\xed\xa0\x80", ":", ",", "--", "\r\n--", "0", "a".repeat(300)]; // biome-ignore format: one line

/** Without the material, requests that hold a little of everything. */
const OWN = [
  "GET /a/b.php?x=1%27%20or%201=1&y[]=2&y[]=%3Cscript%3E HTTP/1.1\r\nHost: a.example\r\nCookie: a=b; c=d\r\nUser-Agent: x\r\nReferer: http://b.example/?q=1\r\n\r\n",
  "POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 40\r\n\r\na=%7b%7b7*7%7d%7d&b=%2e%2e%2fetc%2fpasswd",
  'POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"a":{"b":["<img src=x onerror=alert(1)>",1,null,true]},"c":"\\u0027"}',
  'POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 150\r\n\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.php"\r\nContent-Type: text/plain\r\n\r\n<?php system($_GET[1]) ?>\r\n--x--\r\n',
  'POST /a HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/xml\r\nContent-Length: 90\r\n\r\n<?xml version="1.0"?><r a="b">$(id)<c>union select</c></r>',
];

interface Random {
  below(count: number): number;
  pick<T>(items: readonly T[], otherwise: T): T;
}

/** The same numbers from the same seed (mulberry32). */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return { below, pick: (items, otherwise) => items[below(items.length)] ?? otherwise };
}

const folder = placeOf("HOLDFAST_WAF_CRS3_TESTS", "shared/crs-3.3.4/tests");
const clone = join(placeOf("HOLDFAST_WAF_CRS", "coreruleset-4.28.0"), "tests/regression/tests");
const corpus = [folder, clone]
  .filter((path) => existsSync(path))
  .flatMap((path) => readFtwFolder(path).flatMap((one) => one.stages.map((stage) => stage.request)))
  .concat(OWN);

function mutated(random: Random): string {
  let text = random.pick(corpus, "");
  for (let times = random.below(4); times >= 0; times--) {
    const at = random.below(text.length + 1);
    const other = random.pick(corpus, "");
    const from = random.below(other.length);
    const changes = [
      () => text.slice(0, at) + random.pick(PIECES, "") + text.slice(at),
      () => text.slice(0, at) + text.slice(at + 1 + random.below(20)),
      () => text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1),
      () => text.slice(0, at) + other.slice(from, from + random.below(80)) + text.slice(at),
      () => text + text.slice(at),
    ];
    text = random.pick(changes, () => text)();
  }
  return text;
}

/** Cut anywhere, also into nothing. */
function cut(body: Uint8Array, random: Random): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const size = random.below(3) === 0 ? 1 : random.below(body.length) + 1;
    chunks.push(body.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** Headers in another order; those of one name keep theirs, as it has a meaning (RFC 9110 section 5.3). */
function reordered(headers: readonly Pair[], random: Random): readonly Pair[] {
  const groups = new Map<string, Pair[]>();
  for (const pair of headers) groups.set(pair[0].toLowerCase(), [...(groups.get(pair[0].toLowerCase()) ?? []), pair]);
  const names = [...groups.keys()];
  for (let at = names.length - 1; at > 0; at--) {
    const with_ = random.below(at + 1);
    [names[at], names[with_]] = [names[with_] ?? "", names[at] ?? ""];
  }
  return names.flatMap((name) => groups.get(name) ?? []);
}

function recased(headers: readonly Pair[], random: Random): readonly Pair[] {
  const change = (name: string): string =>
    [...name].map((letter) => (random.below(2) === 0 ? letter.toLowerCase() : letter.toUpperCase())).join("");
  // A name with bytes that are no ASCII is no name, and has no case.
  return headers.map(([name, value]) => [/^[\x21-\x7e]+$/.test(name) ? change(name) : name, value]);
}

describe("The firewall under a mutating fuzzer", () => {
  for (const set of RULE_SETS) {
    test(`neither fails nor says two things of one request, with ${set.name}`, { skip: set.missing ?? false, timeout: 300_000 }, () => {
      // The tables of patterns are made on the way and paid for by whoever comes first: a budget would tell first from second.
      const waf = set.open(Number.MAX_SAFE_INTEGER);
      const random = createRandom(SEED);
      const say = (head: RequestHead, chunks: readonly Uint8Array[]): string => {
        const { verdict, transaction } = judge(waf, head, chunks);
        const ids = [...new Set(transaction.matches.filter((match) => !match.isQuiet).map((match) => match.ruleId))].toSorted(
          (a, b) => a - b,
        );
        ok(verdict.act === "allow" || verdict.status !== 500, `the engine failed: ${JSON.stringify(verdict)}`);
        return `${verdict.act === "refuse" ? `${verdict.status} by ${verdict.ruleId}` : "allow"}; ${ids.join(" ")}`;
      };
      for (let round = 0; round < ROUNDS; round++) {
        const request = mutated(random);
        const { head, body } = parseRawRequest(Buffer.from(request, "latin1"));
        const shown = `round ${round}: ${JSON.stringify(request.slice(0, 2_000))}`;
        const said = say(head, [body]);
        equal(say(head, cut(body, random)), said, `cut into chunks, ${shown}`);
        equal(say({ ...head, headers: reordered(head.headers, random) }, [body]), said, `headers in another order, ${shown}`);
        equal(say({ ...head, headers: recased(head.headers, random) }, [body]), said, `names in another case, ${shown}`);
      }
    });
  }
});
