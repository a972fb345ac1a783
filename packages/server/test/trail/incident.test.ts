import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, formatId, type Id, personal } from "../../src/kit/index.ts";
import { checkStatement, createTrailReader, signStatement } from "../../src/trail/index.ts";
import { openTrailHouse, type TrailHouse } from "./trail-house.ts";

const START = Date.UTC(2026, 10, 20, 8);
const MINUTE_MS = 60_000;

async function write(house: TrailHouse, events: readonly Event[]): Promise<void> {
  await using trail = await house.trail(house.notes.at(-1));
  for (const event of events) await house.store.commit({ steps: trail.entry(event) });
}

const text = (id: Id) => personal(formatId(id), id);
const changed = (at: number, actor: Id, row: Id, subject: Id | null, action = "update"): Event => ({
  kind: "record.changed",
  at,
  request: "r",
  actor: personal(actor, actor),
  address: personal("192.0.2.7", actor),
  collection: "patients",
  action,
  row: personal(row, subject),
  stored: personal("cells", subject),
});

test("Holdfast tells what somebody did in a time, to whom, and from where", async () => {
  await using house = await openTrailHouse();
  const { vault } = house.opened;
  const [eve, bob, row, other] = [vault.newId(), vault.newId(), vault.newId(), vault.newId()];
  await write(house, [
    { kind: "signin.refused", at: START, address: personal("198.51.100.1", eve), identifier: personal("mac", eve), because: "credentials" },
    {
      kind: "session.issued",
      at: START + 1,
      address: personal("192.0.2.7", eve),
      account: text(eve),
      session: personal(formatId(row), eve),
      level: 1,
      method: "password",
    },
    changed(START + MINUTE_MS, eve, row, bob),
    changed(START + MINUTE_MS, eve, row, bob),
    changed(START + MINUTE_MS, eve, other, bob, "delete"),
    changed(START + MINUTE_MS, bob, row, bob),
    { kind: "roles.changed", at: START + 2 * MINUTE_MS, account: text(eve), actor: text(bob), roles: "[]" },
    { kind: "rows.read", at: START + MINUTE_MS, actor: text(eve), rows: 1_500 },
    { kind: "rows.read", at: START + MINUTE_MS, actor: text(eve), rows: 2_000 },
    { kind: "rows.read", at: START + MINUTE_MS, actor: text(bob), rows: 9_000 },
    changed(START + 10 * MINUTE_MS, eve, row, bob),
    // A clock that was put back writes this one last.
    changed(START + 3 * MINUTE_MS, eve, row, bob),
  ]);
  const reader = createTrailReader({ ...house, vault });
  const incident = await reader.incident({ actor: eve, address: undefined, from: START, to: START + 5 * MINUTE_MS });
  assert.deepEqual(
    incident.entries.map(({ kind, as }) => `${kind} ${as}`),
    [
      "signin.refused subject",
      "session.issued subject",
      "record.changed actor",
      "record.changed actor",
      "record.changed actor",
      "rows.read actor",
      "rows.read actor",
      "roles.changed subject",
      "record.changed actor",
    ],
  );
  assert.deepEqual(incident.changes, [
    { collection: "patients", action: "update", count: 3, rows: [formatId(row)] },
    { collection: "patients", action: "delete", count: 1, rows: [formatId(other)] },
  ]);
  assert.deepEqual(incident.persons, [formatId(bob)]);
  assert.deepEqual([...incident.addresses].sort(), ["192.0.2.7", "198.51.100.1"]);
  assert.deepEqual([incident.total, incident.erased, incident.unattributable, incident.unreadable], [9, 0, 0, 0]);
  assert.equal(incident.rowsRead, 3_500);
  assert.equal(incident.entries[2]?.values["stored"], undefined, "what a row held is not in the report");
  const from = await reader.incident({ actor: undefined, address: "198.51.100.1", from: START, to: START + 5 * MINUTE_MS });
  assert.deepEqual(
    from.entries.map(({ kind }) => kind),
    ["signin.refused"],
  );
  assert.equal((await reader.incident({ actor: undefined, address: undefined, from: START, to: START + 1 })).total, 1);
});

test("Holdfast says how much of an incident nobody can tell any more, because the person was erased", async () => {
  await using house = await openTrailHouse();
  const { vault } = house.opened;
  const [eve, bob, row] = [vault.newId(), vault.newId(), vault.newId()];
  await write(house, [changed(START, eve, row, bob), changed(START, bob, row, bob), changed(START, eve, row, null)]);
  await using trail = await house.trail(house.notes.at(-1));
  const reader = createTrailReader({ ...house, vault });
  const ask = (actor: Id) => reader.incident({ actor, address: undefined, from: START, to: START + 1 });
  await house.store.commit({ steps: trail.forget(bob) });
  const ofEve = await ask(eve);
  assert.deepEqual([ofEve.total, ofEve.erased, ofEve.unattributable], [2, 1, 1], "the row of the first is closed; the second is nobody's");
  assert.deepEqual(ofEve.entries[0]?.values["row"], { closed: "erased" });
  assert.deepEqual((await ask(bob)).total, 0);
  const nowhere = await reader.incident({ actor: undefined, address: "203.0.113.1", from: START, to: START + 1 });
  assert.deepEqual([nowhere.total, nowhere.unattributable], [0, 1]);
});

test("Holdfast names a client key as it is named when it is made", async () => {
  await using house = await openTrailHouse();
  const { vault } = house.opened;
  const key = vault.newId();
  await write(house, [
    { ...changed(START, key, vault.newId(), null), actor: personal(Buffer.from(formatId(key)), null) },
    { kind: "key.created", at: START, key: formatId(key), scopes: "patients:write" },
  ]);
  const { entries } = await createTrailReader({ ...house, vault }).incident({ actor: key, address: undefined, from: 0, to: START + 1 });
  assert.deepEqual(
    entries.map(({ kind, as }) => `${kind} ${as}`),
    ["record.changed actor", "key.created subject"],
  );
});

test("Holdfast signs statements that anybody can check with the public key of the trail, and nobody can alter", async (t) => {
  await using house = await openTrailHouse();
  const { vault } = house.opened;
  const { verifierKey } = createTrailReader({ ...house, vault });
  const signed = signStatement(vault, "erasure", { account: "a", removed: { patients: 3 } });
  const good = JSON.stringify(signed);
  assert.deepEqual(checkStatement(good, verifierKey), { kind: "erasure", statement: signed.statement });
  assert.equal(checkStatement(JSON.stringify(signed, null, 2), verifierKey).kind, "erasure", "spaces are no part of it");
  const named = signStatement(vault, "erasure", { a: 'a"b":{\\', list: [{ a: 1 }, { a: 1 }], '"a"': "a" });
  assert.equal(
    checkStatement(JSON.stringify(named), verifierKey).kind,
    "erasure",
    "the same name in two objects, and in a text, is not twice",
  );
  await using stranger = await openTrailHouse();
  const foreign = createTrailReader({ ...stranger, vault: stranger.opened.vault }).verifierKey;
  const rows: readonly (readonly [string, string, string])[] = [
    ["an altered number", good.replace('"patients":3', '"patients":2'), verifierKey],
    ["another kind", good.replace("erasure statement", "export statement"), verifierKey],
    ["the key of another trail", good, foreign],
    ["something said twice, of which the last is what was signed", good.replace('"patients":3', '"patients":2,"patients":3'), verifierKey],
    ["something said twice, once with an escape", good.replace('"patients":3', '"p\\u0061tients" :2,"patients":3'), verifierKey],
    ["a statement before the statement", good.replace("{", '{"statement":{"account":"b"},'), verifierKey],
    ["something beside it that nobody signed", JSON.stringify({ ...signed, remains: [] }), verifierKey],
    ["parts of an export beside an erasure", JSON.stringify({ ...signed, parts: {} }), verifierKey],
    ["another hash beside it", JSON.stringify({ ...signed, sha256: "0".repeat(64) }), verifierKey],
    ["no JSON", "frob", verifierKey],
    ["no statement", "{}", verifierKey],
    ["a signature without its note", JSON.stringify({ ...signed, note: signed.note.split("\n").slice(-2).join("\n") }), verifierKey],
  ];
  for (const [name, text_, key] of rows)
    await t.test(name, () => assert.throws(() => checkStatement(text_, key), { code: "trail.refused" }));
});
