import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Dialect, Route, WhoIs } from "../../src/edge/contract.ts";
import { createRoutes } from "../../src/edge/routes.ts";
import type { Facts, Verdict } from "../../src/firewall/contract.ts";
import { type Actor, NOBODY } from "../../src/identity/actor.ts";
import { Fault, isFault } from "../../src/kit/index.ts";
import { someone } from "../identity/actor.ts";
import { converse, NO_VIEW, statuses, testEdge } from "./fixture.ts";
import { probeDialect } from "./probe-dialect.ts";

const get = (path: string, ...fields: readonly string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
const post = (path: string, body: string, ...fields: readonly string[]): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n${body}`;

const ACCOUNT = someone(new Uint8Array(16).fill(7));
const ACTORS: Readonly<Record<string, Actor>> = {
  nobody: NOBODY,
  account: ACCOUNT,
  unfinished: { ...ACCOUNT, unfinished: true },
  operator1: { ...ACCOUNT, houseRole: "operator" },
  operator: { ...ACCOUNT, houseRole: "operator", aal: 2 },
  strong: { ...ACCOUNT, aal: 2 },
  reader: { kind: "service", keyId: "k2", scopes: ["patients:read"] },
  service: { kind: "service", keyId: "k1", scopes: ["accounts:write"] },
};
/** The token names the actor. */
const whoIs: WhoIs = async ({ apikey, bearer }) => {
  if (apikey === "wrong") throw new Fault("auth.invalid", "That key is not one of this app.");
  const actor = ACTORS[bearer ?? "nobody"];
  if (actor === undefined) throw new Fault("auth.invalid", "That token is not valid.");
  return actor;
};

const NEEDS: Readonly<Record<string, Route["needs"]>> = {
  public: "public",
  app: "app",
  account: "account",
  unfinished: "unfinished",
  house: "house",
  service: { scope: "accounts:write" },
};
function needsDialect(worked: string[] = []): Dialect {
  const routes = Object.entries(NEEDS).flatMap(([name, needs]): Route[] => [
    {
      name: `n.${name}`,
      method: "GET",
      path: `/n/${name}`,
      needs,
      body: "none",
      reads: true,
      handle: async ({ actor }) => ({ status: 200, body: JSON.stringify(actor.kind) }),
    },
    {
      name: `n.${name}.write`,
      method: "POST",
      path: `/n/${name}`,
      needs,
      body: "json",
      bodyBytesMax: 1_000,
      handle: async ({ body }) => {
        worked.push(Buffer.from(body).toString());
        return { status: 204 };
      },
    },
  ]);
  return { prefix: "/n", routes, words: ({ code }) => JSON.stringify({ code }) };
}

describe("Holdfast, over the life of a request,", { concurrency: 4 }, () => {
  const wanted: Readonly<Record<string, readonly number[]>> = {
    //            none wrong key nobody account unfinished operator1 operator service strong reader badToken
    public: [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200],
    app: [401, 401, 200, 200, 200, 401, 200, 200, 200, 200, 200, 401],
    account: [401, 401, 401, 401, 200, 401, 200, 200, 403, 200, 403, 401],
    unfinished: [401, 401, 401, 401, 200, 200, 200, 200, 403, 200, 403, 401],
    house: [401, 401, 401, 401, 403, 401, 401, 200, 403, 403, 403, 401],
    service: [401, 401, 401, 401, 403, 403, 403, 403, 200, 403, 403, 401],
  };
  const brought: readonly (readonly string[])[] = [
    [],
    ["apikey: wrong"],
    ["apikey: app"],
    ["apikey: app", "Authorization: Bearer nobody"],
    ...["account", "unfinished", "operator1", "operator", "service", "strong", "reader", "ended"].map((token) => [
      `Authorization: Bearer ${token}`,
    ]),
  ];
  for (const [needs, answers] of Object.entries(wanted)) {
    test(`lets through to a route for ${needs} exactly those who may`, async () => {
      const worked: string[] = [];
      await using served = await testEdge({ dialects: [needsDialect(worked)], whoIs });
      const reads = await Promise.all(
        brought.map(async (fields) => statuses(await converse(served.edge.port, get(`/n/${needs}`, ...fields), 60))[0]),
      );
      assert.deepEqual(reads, answers);
      const writes = await Promise.all(
        brought.map(async (fields) => statuses(await converse(served.edge.port, post(`/n/${needs}`, "{}", ...fields), 60))[0]),
      );
      assert.deepEqual(
        writes,
        answers.map((status) => (status === 200 ? 204 : status)),
      );
      assert.equal(worked.length, answers.filter((status) => status === 200).length);
    });
  }

  test("asks for a credential where there is none, and for a second factor where that is what is owed", async () => {
    await using served = await testEdge({ dialects: [needsDialect()], whoIs });
    for (const [route, token, challenge] of [
      ["account", undefined, "Bearer"],
      ["account", "ended", "Bearer"],
      ["account", "unfinished", 'Bearer error="insufficient_user_authentication"'],
      ["house", "operator1", 'Bearer error="insufficient_user_authentication"'],
      ["house", "strong", undefined],
    ] as const) {
      const fields = token === undefined ? ["apikey: app"] : [`Authorization: Bearer ${token}`];
      const heard = await converse(served.edge.port, get(`/n/${route}`, ...fields), 60);
      assert.equal(/^www-authenticate: (.*)\r$/im.exec(heard)?.[1], challenge, `${token} at ${route}`);
    }
  });

  test("asks the firewall at each stage in order, and always says how it ended", async () => {
    await using served = await testEdge({ dialects: [needsDialect()], whoIs });
    await converse(served.edge.port, post("/n/account", "{}", "Authorization: Bearer account"), 60);
    const { asked, learned } = served.firewall;
    assert.deepEqual(
      asked.map(({ stage }) => stage),
      ["address", "head", "actor", "body"],
    );
    assert.deepEqual(asked[1], { stage: "head", address: "127.0.0.1", route: "n.account.write", limit: undefined });
    assert.deepEqual(asked[2], {
      stage: "actor",
      address: "127.0.0.1",
      route: "n.account.write",
      account: "07070707-0707-0707-0707-070707070707",
      writes: true,
    });
    await converse(served.edge.port, get("/nothing"), 60);
    await converse(served.edge.port, get("/n/account", "Authorization: Bearer ended"), 60);
    await converse(served.edge.port, "nonsense\r\n\r\n", 60);
    await converse(served.edge.port, get("/n/../x"), 60);
    const answered = learned.flatMap((outcome): unknown[] =>
      outcome.kind === "answered" ? [[outcome.route, outcome.status]] : outcome.kind === "badToken" ? ["badToken"] : [],
    );
    assert.deepEqual(answered, [
      ["n.account.write", 204],
      [undefined, 404],
      "badToken",
      ["n.account", 401],
      [undefined, 400],
      [undefined, 400],
    ]);
  });

  test("tells the firewall of the end of every connection that it let in", async () => {
    await using served = await testEdge();
    await converse(served.edge.port, get("/health", "Connection: close"), 60);
    await served.edge[Symbol.asyncDispose]();
    assert.equal(served.firewall.learned.filter(({ kind }) => kind === "connectionClosed").length, 1);
  });

  const refusals: readonly { readonly stage: Facts["stage"]; readonly verdict: Verdict; readonly status: number | undefined }[] = [
    { stage: "address", verdict: { act: "refuse", rule: "networks.deny" }, status: undefined },
    { stage: "head", verdict: { act: "refuse", rule: "unknownRoutesPerAddress", afterMs: 1_500, burst: 300 }, status: 429 },
    { stage: "head", verdict: { act: "refuse", rule: "networks.deny" }, status: 403 },
    { stage: "head", verdict: { act: "challenge", rule: "challenge" }, status: 403 },
    { stage: "actor", verdict: { act: "refuse", rule: "writesPerAccount", afterMs: 500, burst: 60 }, status: 429 },
    { stage: "body", verdict: { act: "refuse", rule: "waf" }, status: 403 },
  ];
  for (const { stage, verdict, status } of refusals) {
    test(`stops at a verdict to ${verdict.act} at the stage of the ${stage}, and records it: ${status ?? "no connection"}`, async () => {
      const worked: string[] = [];
      await using served = await testEdge({ dialects: [needsDialect(worked)], whoIs });
      served.firewall.verdict = (facts) => (facts.stage === stage ? verdict : { act: "allow" });
      const heard = await converse(served.edge.port, post("/n/app", "{}", "apikey: app"), 60).catch(() => "");
      assert.equal(statuses(heard)[0], status);
      assert.deepEqual(worked, []);
      const rules = served.events.map((event) => (event.kind === "request.refused" ? event.rule : event.kind));
      assert.ok(rules.length > 0 && rules.every((rule) => verdict.act !== "allow" && rule === verdict.rule), JSON.stringify(rules));
      if (status === 429) assert.match(heard, /\r\nretry-after: [12]\r\n/);
      if (status === 403) assert.match(heard, /\r\nratelimit: "requestsPerAddress";r=99;t=2\r\n/);
      if (status === 429 && verdict.act !== "allow")
        assert.match(
          heard,
          new RegExp(`\r\nratelimit-policy: "${verdict.rule}";q=${verdict.burst}\r\nratelimit: "${verdict.rule}";r=0;t=[12]\r\n`),
        );
    });
  }

  test("refuses when the firewall itself fails", async () => {
    await using served = await testEdge();
    served.firewall.verdict = ({ stage }) => {
      if (stage === "head") throw new Error("broken");
      return { act: "allow" };
    };
    assert.deepEqual(statuses(await converse(served.edge.port, get("/health"), 60)), [403]);
  });

  test("waits on a delay without holding a snapshot, and asks again who calls", async () => {
    let open = 0;
    const openWhileWaiting: number[] = [];
    let asked = 0;
    await using served = await testEdge({
      dialects: [needsDialect()],
      whoIs: async (credentials, view) => {
        asked += 1;
        return whoIs(credentials, view);
      },
      needs: {
        store: {
          view: async (work) => {
            open += 1;
            try {
              return await work(NO_VIEW);
            } finally {
              open -= 1;
            }
          },
        },
      },
    });
    served.firewall.verdict = ({ stage }) => (stage === "actor" ? { act: "delay", rule: "slow", afterMs: 40 } : { act: "allow" });
    const answer = converse(served.edge.port, get("/n/account", "Authorization: Bearer account"), 200);
    const look = setInterval(() => {
      if (asked === 1) openWhileWaiting.push(open);
    }, 5);
    assert.deepEqual(statuses(await answer), [200]);
    clearInterval(look);
    assert.equal(asked, 2);
    assert.ok(openWhileWaiting.length > 0 && openWhileWaiting.every((count) => count === 0));
  });

  test("lets only so many requests wait", async () => {
    await using served = await testEdge({ limits: { delayedMax: 2 } });
    served.firewall.verdict = ({ stage }) => (stage === "head" ? { act: "delay", rule: "slow", afterMs: 150 } : { act: "allow" });
    const heard = await Promise.all([1, 2, 3, 4].map(() => converse(served.edge.port, get("/health"), 300)));
    assert.deepEqual(heard.map((one) => statuses(one)[0]).sort(), [200, 200, 503, 503]);
  });

  test("shows nothing of an error that nobody expected", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    const heard = await converse(served.edge.port, get("/probe/broken"), 60);
    assert.deepEqual(statuses(heard), [500]);
    assert.ok(!heard.includes("secret") && !heard.includes("at "), heard);
    const id = /x-request-id: (\S+)/.exec(heard)?.[1];
    assert.match(heard, new RegExp(`"id":"${id}"`));
    assert.equal(served.lines.filter(({ what }) => what.includes("internal")).length, 1);
  });

  test("words a fault as the dialect that owns the address does, also when the head was refused", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect] });
    assert.match(await converse(served.edge.port, get("/probe/nothing"), 60), /"probe":"request.unknown"/);
    assert.match(await converse(served.edge.port, get("/probe/items/%zz"), 60), /"probe":"request.malformed"/);
    assert.match(await converse(served.edge.port, get("/elsewhere"), 60), /"code":"request.unknown"/);
    assert.match(
      await converse(served.edge.port, `DELETE /probe/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n`, 60),
      /\r\nallow: GET, HEAD, OPTIONS\r\n/,
    );
  });

  const bodies: readonly { readonly does: string; readonly bytes: string; readonly status: number }[] = [
    {
      does: "refuses a declared 64 MiB without reading it",
      bytes: "POST /n/app HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 67108864\r\n\r\n",
      status: 413,
    },
    { does: "refuses a body of another type", bytes: post("/n/app", "{}").replace("application/json", "text/plain"), status: 415 },
    {
      does: "refuses a body with an encoding that it would not decode",
      bytes: post("/n/app", "{}").replace("Content-Type", "Content-Encoding: gzip\r\nContent-Type"),
      status: 415,
    },
    { does: "refuses a body without a type", bytes: post("/n/app", "{}").replace("Content-Type: application/json\r\n", ""), status: 415 },
    {
      does: "refuses JSON in another charset",
      bytes: post("/n/app", "{}").replace("application/json", "application/json; charset=utf-16"),
      status: 415,
    },
    {
      does: "takes JSON with its charset",
      bytes: post("/n/public", "{}").replace("application/json", "application/json;charset=UTF-8"),
      status: 204,
    },
    {
      does: "takes a JSON type of a dialect",
      bytes: post("/n/public", "{}").replace("application/json", "application/vnd.pgrst.object+json"),
      status: 204,
    },
    { does: "takes an empty body", bytes: post("/n/public", "").replace("Content-Type: application/json\r\n", ""), status: 204 },
    { does: "refuses an authorization that is not Bearer", bytes: get("/n/app", "Authorization: Basic YTpi"), status: 401 },
  ];
  for (const { does, bytes, status } of bodies) {
    test(does, async () => {
      await using served = await testEdge({ dialects: [needsDialect()], whoIs });
      assert.deepEqual(statuses(await converse(served.edge.port, bytes, 60)), [status]);
    });
  }

  test("sends 100 Continue only once it wants the body", async () => {
    await using served = await testEdge({ dialects: [needsDialect()], whoIs });
    assert.deepEqual(statuses(await converse(served.edge.port, post("/n/public", "{}", "Expect: 100-continue"), 60)), [100, 204]);
    const unread = post("/n/account", "{}", "Expect: 100-continue").replace("{}", "");
    assert.deepEqual(statuses(await converse(served.edge.port, unread, 60)), [401]);
  });

  test("does not start with a route that does not say who may call it, or that is there twice", () => {
    const { routes } = needsDialect();
    const [first] = routes;
    assert.ok(first !== undefined);
    const starts = (changed: readonly unknown[]): boolean => {
      try {
        createRoutes([{ prefix: "/n", routes: changed as readonly Route[], words: () => "" }]);
        return true;
      } catch (error) {
        assert.ok(isFault(error, "plan.invalid"));
        return false;
      }
    };
    assert.equal(starts(routes), true);
    const { needs: _dropped, ...bare } = first;
    for (const broken of [
      [bare],
      [{ ...first, needs: "everyone" }],
      [{ ...first, needs: { scope: "" } }],
      [first, first],
      [{ ...first, path: "/other" }],
      [{ ...first, path: "/n/a b" }],
    ]) {
      assert.equal(starts(broken), false, JSON.stringify(broken));
    }
  });
});
