import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadRuleFiles } from "../../src/disk/index.ts";
import { createWaf, type Transaction, type Verdict, type Waf } from "../../src/engine/index.ts";
import { parseRawRequest, type RequestHead } from "../../src/http/index.ts";
import { placeOf } from "./suite.ts";

export interface RuleSetUnderTest {
  readonly name: string;
  /** Why it cannot be had here; undefined: it can. */
  readonly missing: string | undefined;
  /** With another budget than its own, if need be. */
  readonly open: (stepsMax?: number) => Waf;
}

const NEEDS = { now: () => Date.parse("2026-11-21T12:00:00Z"), newId: () => "t" };
const DEBIAN = { rules: ["/usr/share/modsecurity-crs/rules"], setup: "/etc/modsecurity/crs/crs-setup.conf" };
const clone = placeOf("HOLDFAST_WAF_CRS", "coreruleset-4.28.0");
const CRS4 = { rules: [join(clone, "rules")], setup: join(clone, "crs-setup.conf.example") };

function budget(stepsMax: number | undefined): { readonly stepsMax?: number } {
  return stepsMax === undefined ? {} : { stepsMax };
}

function missing(path: string): string | undefined {
  return existsSync(path) ? undefined : `not run: ${path} is not there`;
}

/** The rule sets that every worst case has to hold for, as they are served by default. */
export const RULE_SETS: readonly RuleSetUnderTest[] = [
  {
    name: "the built-in rules",
    missing: undefined,
    open: (stepsMax) => createWaf({ ...NEEDS, ...budget(stepsMax), rules: loadRuleFiles({}) }),
  },
  {
    name: "CRS 3.3.4",
    missing: missing(DEBIAN.setup),
    open: (stepsMax) => createWaf({ ...NEEDS, ...budget(stepsMax), rules: loadRuleFiles({ ...DEBIAN, paranoia: 1 }), paranoia: 1 }),
  },
  {
    name: "CRS 4.28",
    missing: missing(CRS4.setup),
    open: (stepsMax) => createWaf({ ...NEEDS, ...budget(stepsMax), rules: loadRuleFiles({ ...CRS4, paranoia: 1 }), paranoia: 1 }),
  },
];

/** Runs a request through phases 1, 2 and 5. */
export function judge(
  waf: Waf,
  head: RequestHead,
  chunks: readonly Uint8Array[],
): { readonly verdict: Verdict; readonly transaction: Transaction } {
  const transaction = waf.open(head);
  let verdict = transaction.head();
  for (const chunk of chunks) if (verdict.act === "allow") verdict = transaction.feed(chunk);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  return { verdict, transaction };
}

export function postHead(type: string, bytes: number): RequestHead {
  const request = `POST /a HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nContent-Type: ${type}\r\nContent-Length: ${bytes}\r\n\r\n`;
  return parseRawRequest(Buffer.from(request, "latin1")).head;
}
