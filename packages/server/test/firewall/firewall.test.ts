import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFirewall, type Facts, type Firewall, HASH_KEY_BYTES, type Outcome, type Verdict } from "../../src/firewall/index.ts";
import type { Limits, Plan } from "../../src/model/plan.ts";
import { createHandClock, HASH_KEY, planWith } from "./plan.ts";

function createRig(limits: Partial<Limits> = {}, networks: Partial<Plan["networks"]> = {}) {
  const clock = createHandClock();
  return { clock, firewall: createFirewall({ clock, plan: planWith(limits, networks), hashKey: HASH_KEY }) };
}

const THREE = { perMinute: 6, burst: 3 };
const head = (address: string, limit: "signIn" | "signUp" | undefined = undefined): Facts => ({
  stage: "head",
  address,
  route: "rest.read",
  limit,
});
const actor = (account: string | undefined, writes = false): Facts => ({
  stage: "actor",
  address: "203.0.113.1",
  route: "rest.read",
  account,
  writes,
});

function acts(firewall: Firewall, facts: readonly Facts[]): string[] {
  return facts.map((fact) => wordOf(firewall.judge(fact)));
}

function wordOf(verdict: Verdict): string {
  return verdict.act === "allow" ? "allow" : `${verdict.act} ${verdict.rule} ${verdict.afterMs ?? "–"}`;
}

const many = <T>(count: number, one: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => one(n));

/** One row a limit: what is asked, that the limit lets three of them pass, and what the fourth and a neighbour are told. */
const LIMIT_ROWS: readonly { limit: keyof Limits; asked: (n: number) => Facts; neighbour: Facts }[] = [
  {
    limit: "newConnectionsPerAddress",
    asked: () => ({ stage: "address", address: "192.0.2.1" }),
    neighbour: { stage: "address", address: "192.0.2.2" },
  },
  {
    limit: "newConnectionsPerAddress",
    asked: () => ({ stage: "address", address: "127.0.0.1" }),
    neighbour: { stage: "address", address: "127.0.0.2" },
  },
  {
    limit: "streamsPerAddress",
    asked: () => ({ stage: "stream", address: "192.0.2.1" }),
    neighbour: { stage: "stream", address: "192.0.2.2" },
  },
  { limit: "requestsPerAddress", asked: () => head("192.0.2.1"), neighbour: head("192.0.2.2") },
  { limit: "requestsPerAddress", asked: () => head("127.0.0.1"), neighbour: head("127.0.0.2") },
  { limit: "requestsPerAddress", asked: () => head("::1"), neighbour: head("127.0.0.1") },
  { limit: "requestsPerAddress", asked: (n) => head(`2001:db8:1:1::${n}`), neighbour: head("2001:db8:1:2::1") },
  { limit: "inspectionKilostepsPerAddress", asked: () => head("192.0.2.1"), neighbour: head("192.0.2.2") },
  { limit: "requestsPerPrefix", asked: (n) => head(`192.0.2.${n}`), neighbour: head("192.0.3.1") },
  { limit: "requestsPerPrefix", asked: (n) => head(`2001:db8:1:10${n}::1`), neighbour: head("2001:db8:1:200::1") },
  { limit: "signInsPerAddress", asked: () => head("192.0.2.1", "signIn"), neighbour: head("192.0.2.2", "signIn") },
  { limit: "signInsPerAddress", asked: () => head("192.0.2.1", "signIn"), neighbour: head("192.0.2.1") },
  { limit: "signUpsPerAddress", asked: () => head("192.0.2.1", "signUp"), neighbour: head("192.0.2.1", "signIn") },
  { limit: "requestsPerAccount", asked: () => actor("ana"), neighbour: actor("ben") },
  { limit: "requestsPerAccount", asked: () => actor("ana"), neighbour: actor(undefined) },
  { limit: "writesPerAccount", asked: () => actor("ana", true), neighbour: actor("ana", false) },
];

for (const { limit, asked, neighbour } of LIMIT_ROWS) {
  const named = JSON.stringify(asked(0));
  test(`Holdfast keeps ${limit} for ${named}, and lets ${JSON.stringify(neighbour)} pass`, () => {
    const { clock, firewall } = createRig({ [limit]: THREE });
    assert.deepEqual(acts(firewall, many(4, asked)), ["allow", "allow", "allow", `refuse ${limit} 10000`]);
    assert.equal(firewall.judge(neighbour).act, "allow");
    clock.pass(9_999);
    assert.equal(wordOf(firewall.judge(asked(4))), `refuse ${limit} 1`);
    clock.pass(1);
    assert.deepEqual(acts(firewall, many(2, asked)), ["allow", `refuse ${limit} 10000`]);
  });
}

test("Holdfast charges an address for what the rules' looks at its requests have cost, when it is known", () => {
  const { clock, firewall } = createRig({ inspectionKilostepsPerAddress: { perMinute: 60, burst: 10 } });
  const inspected = (address: string, steps: number) => firewall.learn({ kind: "inspected", address, steps });
  assert.equal(wordOf(firewall.judge(head("2001:db8:1:1::1"))), "allow");
  inspected("2001:db8:1:1::1", 8_000);
  assert.equal(wordOf(firewall.judge(head("2001:db8:1:1::1"))), "allow", "nine of ten are gone");
  inspected("2001:db8:1:1::1", 500_000);
  assert.equal(wordOf(firewall.judge(head("2001:db8:1:1::2"))), "refuse inspectionKilostepsPerAddress 501000");
  assert.equal(wordOf(firewall.judge(head("2001:db8:1:2::1"))), "allow");
  clock.pass(501_000);
  assert.deepEqual(acts(firewall, [head("2001:db8:1:1::1"), head("2001:db8:1:1::1")]), [
    "allow",
    "refuse inspectionKilostepsPerAddress 1000",
  ]);
});

test("Holdfast takes from no limit for a request that another limit refuses", () => {
  const { firewall } = createRig({ requestsPerPrefix: { perMinute: 6, burst: 4 }, signInsPerAddress: THREE });
  assert.deepEqual(
    acts(
      firewall,
      many(3, () => head("192.0.2.1", "signIn")),
    ),
    ["allow", "allow", "allow"],
  );
  for (let n = 0; n < 50; n += 1) assert.match(wordOf(firewall.judge(head("192.0.2.1", "signIn"))), /signInsPerAddress/);
  assert.deepEqual(
    acts(
      firewall,
      many(2, () => head("192.0.2.2")),
    ),
    ["allow", "refuse requestsPerPrefix 10000"],
  );
});

test("Holdfast counts open connections by sender, and forgets those that closed", () => {
  const { firewall } = createRig({ connectionsPerAddress: 2 });
  const connect = (address: string) => wordOf(firewall.judge({ stage: "address", address }));
  assert.deepEqual(
    [connect("127.0.0.1"), connect("::ffff:127.0.0.1"), connect("127.0.0.1")],
    ["allow", "allow", "refuse connectionsPerAddress –"],
  );
  assert.equal(connect("127.0.0.2"), "allow");
  firewall.learn({ kind: "connectionClosed", address: "::ffff:127.0.0.1" });
  assert.deepEqual([connect("127.0.0.1"), connect("127.0.0.1")], ["allow", "refuse connectionsPerAddress –"]);
  firewall.learn({ kind: "connectionClosed", address: "127.0.0.9" });
  assert.equal(connect("127.0.0.1"), "refuse connectionsPerAddress –");
});

test("Holdfast is not talked into room by news of connections that never were", () => {
  const { firewall } = createRig({ connectionsPerAddress: 1 });
  for (let n = 0; n < 30_000; n += 1) firewall.learn({ kind: "connectionClosed", address: "192.0.2.1" });
  const verdicts = many(20_001, (n) => firewall.judge({ stage: "address", address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }).act);
  assert.deepEqual(verdicts.slice(-2), ["allow", "refuse"]);
});

test("Holdfast has an end to connections also when every one comes from elsewhere", () => {
  const { firewall } = createRig({ connectionsPerAddress: 2 });
  const verdicts = many(20_001, (n) => firewall.judge({ stage: "address", address: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` }).act);
  assert.deepEqual(verdicts.slice(-2), ["allow", "refuse"]);
});

test("Holdfast asks the networks at every stage that has only an address, and carries named proxies", () => {
  const { firewall } = createRig(
    { connectionsPerAddress: 0, newConnectionsPerAddress: THREE },
    { allow: ["192.0.2.0/24"], trustedProxies: ["10.0.0.0/8"] },
  );
  for (const stage of ["address", "stream"] as const) {
    assert.equal(wordOf(firewall.judge({ stage, address: "198.51.100.1" })), "refuse networks –");
    for (let n = 0; n < 9; n += 1) assert.equal(firewall.judge({ stage, address: "10.0.0.1" }).act, "allow");
  }
  assert.equal(wordOf(firewall.judge(head("198.51.100.1"))), "refuse networks –");
  assert.equal(wordOf(firewall.judge(head("10.0.0.1"))), "refuse networks –");
  assert.equal(wordOf(firewall.judge(head("192.0.2.1"))), "allow");
});

const PROBE_ROWS: readonly { rule: string; outcome: Outcome; harmless: Outcome }[] = [
  {
    rule: "badTokensPerAddress",
    outcome: { kind: "badToken", address: "192.0.2.1" },
    harmless: { kind: "answered", address: "192.0.2.1", route: "rest.read", status: 401 },
  },
  {
    rule: "unknownRoutesPerAddress",
    outcome: { kind: "answered", address: "192.0.2.1", route: undefined, status: 404 },
    harmless: { kind: "answered", address: "192.0.2.1", route: undefined, status: 429 },
  },
  {
    rule: "malformedPerAddress",
    outcome: { kind: "answered", address: "192.0.2.1", route: undefined, status: 400 },
    harmless: { kind: "answered", address: "192.0.2.1", route: undefined, status: 403 },
  },
  {
    rule: "blockedPerAddress",
    outcome: { kind: "blocked", address: "192.0.2.1" },
    harmless: { kind: "answered", address: "192.0.2.1", route: undefined, status: 204 },
  },
];

for (const { rule, outcome, harmless } of PROBE_ROWS) {
  test(`Holdfast stops an address that meets ${rule}, and no other, and not for good`, () => {
    const { clock, firewall } = createRig();
    for (let n = 0; n < 1_000; n += 1) firewall.learn(harmless);
    assert.equal(firewall.judge(head("192.0.2.1")).act, "allow");
    for (let n = 0; n < 1_000; n += 1) firewall.learn(outcome);
    assert.match(wordOf(firewall.judge(head("192.0.2.1"))), new RegExp(`^refuse ${rule} `));
    assert.equal(firewall.judge(head("192.0.2.2")).act, "allow");
    clock.pass(1_000);
    assert.equal(firewall.judge(head("192.0.2.1")).act, "allow");
  });
}

test("Holdfast gives no new connection to an address whose connections it had to end, and lets it come back", () => {
  const { clock, firewall } = createRig({}, { trustedProxies: ["10.0.0.0/8"] });
  const connect = (address: string) => wordOf(firewall.judge({ stage: "address", address }));
  for (const address of ["192.0.2.1", "10.0.0.1"]) for (let n = 0; n < 20; n += 1) firewall.learn({ kind: "flooded", address });
  assert.equal(connect("192.0.2.1"), "refuse floodsPerAddress 10000");
  assert.equal(wordOf(firewall.judge(head("192.0.2.1"))), "allow", "what is open goes on");
  assert.equal(connect("192.0.2.2"), "allow");
  assert.equal(connect("10.0.0.1"), "allow", "a named proxy brings everybody");
  clock.pass(10_000);
  assert.equal(connect("192.0.2.1"), "allow");
});

test("Holdfast reports the limit with the least left, for the RateLimit headers", () => {
  const { clock, firewall } = createRig({
    requestsPerAddress: { perMinute: 60, burst: 10 },
    requestsPerPrefix: { perMinute: 60, burst: 12 },
    requestsPerAccount: { perMinute: 6, burst: 5 },
  });
  assert.deepEqual(firewall.state("192.0.2.1", undefined), { name: "requestsPerAddress", limit: 10, remaining: 10, resetMs: 0 });
  for (let n = 0; n < 3; n += 1) firewall.judge(head("192.0.2.1"));
  for (let n = 0; n < 9; n += 1) firewall.judge(head("192.0.2.2"));
  assert.deepEqual(firewall.state("192.0.2.1", "ana"), { name: "requestsPerPrefix", limit: 12, remaining: 0, resetMs: 12_000 });
  clock.pass(60_000);
  firewall.judge(actor("ana"));
  assert.deepEqual(firewall.state("192.0.2.1", "ana"), { name: "requestsPerAccount", limit: 5, remaining: 4, resetMs: 10_000 });
  assert.deepEqual(firewall.state("192.0.2.1", "ben").remaining, 5);
  assert.deepEqual(firewall.state("nowhere", "ana"), { name: "requestsPerAddress", limit: 10, remaining: 0, resetMs: 0 });
});

test("Holdfast wants a hash key of its own length", () => {
  for (const length of [0, HASH_KEY_BYTES - 1, HASH_KEY_BYTES + 1]) {
    assert.throws(() => createFirewall({ clock: createHandClock(), plan: planWith(), hashKey: new Uint8Array(length) }));
  }
});

test("Holdfast answers every question with a verdict, and refuses what it cannot understand", () => {
  const { firewall } = createRig();
  const stage = fc.constantFrom("address", "stream", "head", "actor", "body", "identifier", "unknown", "__proto__", undefined);
  const anything = fc.oneof(fc.anything(), fc.string({ unit: "binary" }), fc.ipV4(), fc.ipV6());
  const facts = fc.record({
    stage,
    address: anything,
    route: anything,
    limit: anything,
    account: anything,
    writes: anything,
    identifier: anything,
  });
  const judge: (facts: never) => Verdict = firewall.judge;
  fc.assert(
    fc.property(fc.oneof(facts, fc.anything()), (asked) => {
      const verdict = judge(asked as never);
      assert.ok(["allow", "refuse", "delay"].includes(verdict.act));
      const isAddress =
        typeof asked === "object" &&
        asked !== null &&
        "address" in asked &&
        typeof asked.address === "string" &&
        /[.:]/.test(asked.address);
      if (!isAddress) assert.equal(verdict.act, "refuse");
    }),
    { numRuns: 2_000 },
  );
});

test("Holdfast refuses everybody while its clock is broken", () => {
  const firewall = createFirewall({ clock: { elapsed: () => Number.NaN }, plan: planWith(), hashKey: HASH_KEY });
  for (const facts of [
    head("192.0.2.1"),
    actor("ana"),
    { stage: "address", address: "192.0.2.1" } as const,
    { stage: "identifier", address: "192.0.2.1", identifier: "x" } as const,
  ]) {
    assert.equal(firewall.judge(facts).act, "refuse");
  }
});
