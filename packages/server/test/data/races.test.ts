import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/identity/actor.ts";
import type { Id } from "../../src/kit/index.ts";
import { someone } from "../identity/actor.ts";
import { hospital } from "./hospital.ts";
import { asker, type DataHouse, eq, fails, idText, insert, openDataHouse, QUIETLY, read, rowsOf, slowAsker, update } from "./house.ts";

describe("Holdfast, while others write too,", () => {
  let house: DataHouse;
  let me: Id;
  let doctor: Actor;

  before(async () => {
    house = await openDataHouse(hospital);
  });
  after(() => house[Symbol.asyncDispose]());
  beforeEach(async () => {
    me = await house.account();
    doctor = someone(me, { roles: ["doctor"] });
  });

  const patient = (more: Readonly<Record<string, unknown>> = {}) => ({ name: "Ann", doctor: idText(me), ...more });
  const mine = async () => rowsOf(read(house, doctor, { collection: "patients" }));

  test("lets two updates of one row both happen, one after the other, and loses neither", async () => {
    const { ids } = await insert(house, doctor, "patients", [patient({ score: 1, weight: 1 })]);
    const where = eq("id", idText(ids[0] ?? me));
    const both = await Promise.all([
      update(house, doctor, "patients", where, { score: 2 }),
      update(house, doctor, "patients", where, { weight: 2 }),
    ]);
    assert.deepEqual(
      both.map(({ affected }) => affected),
      [1, 1],
    );
    const [row] = await mine();
    assert.deepEqual([row?.["score"], row?.["weight"]], [2, 2]);
  });

  test("lets two upserts of one new row both happen: one makes it, the other changes it", async () => {
    const id = idText(house.vault.newId());
    const onConflict = { columns: [], resolve: "merge" } as const;
    const upsert = (more: Readonly<Record<string, unknown>>) =>
      house.data.insert(
        {
          collection: "patients",
          rows: [patient({ id, ...more })],
          fields: undefined,
          missing: "null",
          onConflict,
          returning: QUIETLY,
          fingerprint: [],
        },
        asker(doctor),
      );
    const both = await Promise.all([upsert({ score: 1 }), upsert({ weight: 2 })]);
    assert.deepEqual(both.map(({ inserted }) => inserted).sort(), [0, 1]);
    const [row] = await mine();
    assert.deepEqual([row?.["score"], row?.["weight"]], [1, 2]);
  });

  test("refuses an update whose rule stops holding between the decision and the commit", async () => {
    const outsider = someone(await house.account());
    assert.ok(outsider.kind === "account");
    const membership = await insert(house, doctor, "members", [{ team: "blue", account: idText(outsider.id) }]);
    await insert(house, outsider, "notes", [{ team: "blue", body: "before" }]);
    const version = { do: "delete", table: "members", key: [membership.ids[0] ?? me], version: 1 } as const;
    const slow = slowAsker(outsider, house.store.commit({ steps: [version] }));
    const set = {
      collection: "notes",
      where: eq("team", "blue"),
      set: { body: "after" },
      fields: undefined,
      rowsMax: undefined,
      returning: QUIETLY,
    };
    const written = await house.data.update(set, slow);
    assert.equal(written.affected, 0, "the second try sees that the caller is no member any more");
    assert.equal(slow.tries(), 2);
    const stored = await house.store.view((view) => view.read({ table: "notes", columns: ["body"], where: { op: "all", of: [] } }));
    assert.deepEqual(stored, [["before"]]);
  });

  test("refuses a delete whose rule stops holding between the decision and the commit", async () => {
    const outsider = someone(await house.account());
    assert.ok(outsider.kind === "account");
    const membership = await insert(house, doctor, "members", [{ team: "grey", account: idText(outsider.id) }]);
    await insert(house, outsider, "notes", [{ team: "grey" }]);
    const removed = house.store.commit({ steps: [{ do: "delete", table: "members", key: [membership.ids[0] ?? me], version: 1 }] });
    const slow = slowAsker(outsider, removed);
    const request = { collection: "notes", where: eq("team", "grey"), rowsMax: undefined, returning: QUIETLY };
    assert.equal((await house.data.delete(request, slow)).affected, 0);
    assert.equal(slow.tries(), 2);
  });

  test("refuses a new row whose relation goes between the decision and the commit", async () => {
    const outsider = someone(await house.account());
    assert.ok(outsider.kind === "account");
    const membership = await insert(house, doctor, "members", [{ team: "green", account: idText(outsider.id) }]);
    const removed = house.store.commit({ steps: [{ do: "delete", table: "members", key: [membership.ids[0] ?? me], version: 1 }] });
    const slow = slowAsker(outsider, removed);
    const request = {
      collection: "notes",
      rows: [{ team: "green" }],
      fields: undefined,
      missing: "null",
      onConflict: "refuse",
      returning: QUIETLY,
      fingerprint: [],
    } as const;
    await assert.rejects(house.data.insert(request, slow), fails("access.denied"));
    assert.equal(slow.tries(), 2);
  });

  test("refuses a ref to a row that its writer stops being able to read between the decision and the commit", async () => {
    const other = await house.account();
    const { ids } = await insert(house, doctor, "patients", [patient()]);
    const set = { doctor: other };
    const moved = house.store.commit({ steps: [{ do: "update", table: "patients", key: [ids[0] ?? me], version: 1, set }] });
    const slow = slowAsker(doctor, moved);
    const rows = [{ owner: idText(me), about: idText(ids[0] ?? me) }];
    const request = {
      collection: "boxes",
      rows,
      fields: undefined,
      missing: "null",
      onConflict: "refuse",
      returning: QUIETLY,
      fingerprint: [],
    } as const;
    await assert.rejects(house.data.insert(request, slow), fails("data.conflict", "reference"));
    assert.equal(slow.tries(), 2);
  });

  test("lets other requests have their turn while many rows are written", async () => {
    const rows = Array.from({ length: 50 }, () => patient());
    let turns = 0;
    let isWriting = true;
    const count = (): void => {
      turns += 1;
      if (isWriting) setImmediate(count);
    };
    // Asked inside the write, so that only turns between its decision and its commit are counted.
    let turnsAtStart = 0;
    let turnsAtCommit = 0;
    const slow = {
      ...asker(doctor),
      actorIn: () => {
        turnsAtStart = turns;
        return Promise.resolve(doctor);
      },
    };
    const { trail } = house;
    setImmediate(count);
    const request = {
      collection: "patients",
      rows,
      fields: undefined,
      missing: "null",
      onConflict: "refuse",
      returning: QUIETLY,
      fingerprint: [],
    } as const;
    const entry = trail.entry;
    Object.assign(trail, {
      entry: (event: Parameters<typeof entry>[0]) => {
        turnsAtCommit = turns;
        return entry(event);
      },
    });
    await house.data.insert(request, slow);
    Object.assign(trail, { entry });
    isWriting = false;
    assert.ok(turnsAtCommit - turnsAtStart >= 3, `${turnsAtCommit - turnsAtStart} turns`);
  });
});
