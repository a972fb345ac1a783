import assert from "node:assert/strict";
import { test } from "node:test";
import type { WhoIs } from "../../src/edge/contract.ts";
import { createOperatorReports } from "../../src/edge/operator/index.ts";
import { type Actor, NOBODY } from "../../src/identity/actor.ts";
import { Fault, isFault } from "../../src/kit/index.ts";
import { someone } from "../identity/actor.ts";
import { converse, statuses, testEdge } from "./fixture.ts";

const SECRET = "what only operators may see";
const ACCOUNT = someone(new Uint8Array(16).fill(7));
const ACTORS: Readonly<Record<string, Actor>> = {
  nobody: NOBODY,
  account: { ...ACCOUNT, aal: 2 },
  operatorWithoutFactor: { ...ACCOUNT, houseRole: "operator" },
  operatorWhoOwesIt: { ...ACCOUNT, houseRole: "operator", aal: 2, unfinished: true },
  operator: { ...ACCOUNT, houseRole: "operator", aal: 2 },
  owner: { ...ACCOUNT, houseRole: "owner", aal: 2 },
  key: { kind: "service", keyId: "k1", scopes: ["accounts:write", "operator", "house"] },
};
const whoIs: WhoIs = async ({ bearer }) => ACTORS[bearer ?? "nobody"] ?? NOBODY;

const reports = createOperatorReports([
  { name: "alerts", read: async () => ({ alerts: [SECRET] }) },
  { name: "audit", read: () => Promise.reject(new Fault("data.missing", "No audit has been run yet.")) },
]);
const request = (method: string, path: string, who: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${who}\r\n\r\n`;

test("Holdfast shows its reports to operators who have shown a second factor, and to nobody else", async (t) => {
  await using house = await testEdge({ dialects: [reports], whoIs });
  const rows = [
    ["nobody", 401],
    ["account", 403],
    ["operatorWithoutFactor", 401],
    ["operatorWhoOwesIt", 401],
    ["key", 403],
    ["operator", 200],
    ["owner", 200],
  ] as const;
  for (const [who, status] of rows) {
    await t.test(who, async () => {
      for (const path of ["/operator/v1", "/operator/v1/alerts"]) {
        const heard = await converse(house.edge.port, request("GET", path, who));
        assert.deepEqual(statuses(heard), [status]);
        assert.equal(heard.includes(SECRET), status === 200 && path.endsWith("alerts"));
      }
    });
  }
});

test("Holdfast says which reports there are, and when there is none yet", async () => {
  await using house = await testEdge({ dialects: [reports], whoIs });
  const heard = await converse(house.edge.port, request("GET", "/operator/v1", "operator"));
  assert.match(heard, /\{"reports":\["\/operator\/v1\/alerts","\/operator\/v1\/audit"\]\}/);
  const missing = await converse(house.edge.port, request("GET", "/operator/v1/audit", "operator"));
  assert.deepEqual(statuses(missing), [404]);
  assert.match(missing, /No audit has been run yet/);
});

test("Holdfast changes nothing through its reports", async () => {
  await using house = await testEdge({ dialects: [reports], whoIs });
  for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
    const heard = await converse(house.edge.port, request(method, "/operator/v1/alerts", "operator"));
    assert.deepEqual(statuses(heard), [405], method);
  }
});

test("Holdfast mounts no report under a name that leads elsewhere", () => {
  for (const name of ["", "../audit", "a/b", "Alerts", "a?b"]) {
    assert.throws(
      () => createOperatorReports([{ name, read: async () => 0 }]),
      (error) => isFault(error, "internal"),
      name,
    );
  }
});
