import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Actor } from "../../src/identity/actor.ts";
import { Fault, type Id } from "../../src/kit/index.ts";
import { CHANGES } from "../../src/store/index.ts";
import { someone } from "../identity/actor.ts";
import { hospital } from "./hospital.ts";
import {
  ALWAYS,
  asker,
  type DataHouse,
  eq,
  fails,
  idBytes,
  idText,
  insert,
  openDataHouse,
  QUIETLY,
  read,
  remove,
  rowsOf,
  update,
} from "./house.ts";

describe("Holdfast, writing rows,", () => {
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

  test("tells all wrong values at once, by row and never by value", async () => {
    const rows = [patient({ score: 101, urgent: "Zx-yes" }), patient({ picture: "Zx", seen_at: "Zx", name: null })];
    await assert.rejects(insert(house, doctor, "patients", rows), (error: unknown) => {
      assert.ok(fails("data.invalid")(error) && error instanceof Fault);
      const { problems } = error.detail;
      assert.ok(Array.isArray(problems));
      assert.equal(problems.length, 5);
      assert.ok(problems.every((sentence) => /^Row [12]: /.test(String(sentence)) && !String(sentence).includes("Zx")));
      return true;
    });
    assert.deepEqual(await mine(), []);
  });

  test("writes all rows of an insert or none", async () => {
    const id = idText(house.vault.newId());
    await assert.rejects(insert(house, doctor, "patients", [patient(), patient({ id }), patient({ id })]), fails("data.conflict"));
    assert.deepEqual(await mine(), []);
  });

  test("tells the trail of each row in the same commit, with a commitment to what is stored", async () => {
    const entries = () =>
      house.store.view((view) => view.read({ table: "trail.entries", columns: ["position"], where: { op: "all", of: [] } }));
    const before = (await entries()).length;
    const { ids } = await insert(house, doctor, "patients", [patient(), patient()]);
    await update(house, doctor, "patients", eq("id", idText(ids[0] ?? me)), { score: 1 });
    assert.equal((await entries()).length - before, 3);
    await assert.rejects(insert(house, doctor, "patients", [patient({ id: idText(ids[0] ?? me) })]), fails("data.conflict"));
    assert.equal((await entries()).length - before, 3, "what was refused has left no entry");
  });

  test("leaves change records with the rows as stored and not in the clear", async () => {
    await insert(house, doctor, "patients", [patient({ name: "Zx-clear", national_id: "Zx-clear-2" })]);
    const records = await house.store.view((view) => view.read({ table: CHANGES, columns: ["after"], where: { op: "all", of: [] } }));
    assert.ok(records.length > 0);
    for (const [bytes] of records) assert.ok(bytes === null || !Buffer.from(bytes instanceof Uint8Array ? bytes : []).includes("Zx-clear"));
  });

  describe("recognises an insert that brings its id and comes again", () => {
    test("as the same: it succeeds, and there is one row", async () => {
      const row = patient({ id: idText(house.vault.newId()) });
      const first = await insert(house, doctor, "patients", [row], "body");
      const again = await insert(house, doctor, "patients", [row], "body");
      assert.deepEqual([again.affected, again.returned.json], [first.affected, first.returned.json]);
      assert.equal((await mine()).length, 1);
    });
    test("as the same, when both arrive together", async () => {
      const row = patient({ id: idText(house.vault.newId()) });
      const both = await Promise.all([insert(house, doctor, "patients", [row], "body"), insert(house, doctor, "patients", [row], "body")]);
      assert.deepEqual(
        both.map(({ affected }) => affected),
        [1, 1],
      );
      assert.equal((await mine()).length, 1);
    });
    test("not with another body, not from another caller, not after a day, and not without an id", async () => {
      const id = idText(house.vault.newId());
      await insert(house, doctor, "patients", [patient({ id })], "body");
      await assert.rejects(insert(house, doctor, "patients", [patient({ id })], "other"), fails("data.conflict", "taken"));
      const other = await house.account();
      const theirs = { name: "Ann", doctor: idText(other), id };
      await assert.rejects(
        insert(house, someone(other, { roles: ["doctor"] }), "patients", [theirs], "body"),
        fails("data.conflict", "taken"),
      );
      house.clock.time += 25 * 3_600_000;
      await assert.rejects(insert(house, doctor, "patients", [patient({ id })], "body"), fails("data.conflict", "taken"));
      await insert(house, doctor, "patients", [patient()], "body");
      await insert(house, doctor, "patients", [patient()], "body");
      assert.equal((await mine()).length, 3);
    });
  });

  test("refuses an upsert of two rows with one key, and of a key that no unique rule has", async () => {
    const id = idText(house.vault.newId());
    const ask = (columns: readonly string[]) =>
      house.data.insert(
        {
          collection: "patients",
          rows: [patient({ id }), patient({ id })],
          fields: undefined,
          missing: "null",
          onConflict: { columns, resolve: "merge" },
          returning: QUIETLY,
          fingerprint: [],
        },
        asker(doctor),
      );
    await assert.rejects(ask(["id"]), fails("data.invalid", "repeated"));
    await assert.rejects(ask(["score"]), fails("data.invalid", "no-unique"));
    await assert.rejects(ask(["remark"]), fails("data.invalid", "no-unique"));
    assert.deepEqual(await mine(), []);
  });

  test("counts look-ups that find nothing, refusals and unique conflicts, each with its caller", async () => {
    house.noted.length = 0;
    await read(house, doctor, { collection: "patients", where: eq("national_id", "guess") });
    await read(house, doctor, { collection: "patients", where: eq("national_id", "guess"), count: "exact", body: "none" });
    await assert.rejects(insert(house, someone(me), "patients", [patient()]), fails("access.denied"));
    await insert(house, doctor, "patients", [patient({ national_id: "unique-1" })]);
    await assert.rejects(insert(house, doctor, "patients", [patient({ national_id: "unique-1" })]), fails("data.conflict", "taken"));
    assert.deepEqual(
      house.noted.map((event) => event.kind),
      ["lookup.missed", "lookup.missed", "access.denied", "unique.refused"],
    );
    for (const event of house.noted) assert.deepEqual(event.actor?.value, me);
    const refused = house.noted.at(-1);
    assert.ok(refused?.kind === "unique.refused" && refused.reveals === "yes" && refused.fields === "national_id");
  });

  test("finds two spellings of one text under one blind index", async () => {
    await insert(house, doctor, "patients", [patient({ national_id: "Am\u00e9lie" })]);
    assert.equal((await rowsOf(read(house, doctor, { collection: "patients", where: eq("national_id", "Ame\u0301lie") }))).length, 1);
  });

  test("refuses to change an encrypted field that must stay as it was, and takes the same value again", async () => {
    const { ids } = await insert(house, doctor, "patients", [patient({ name: "Ann" })]);
    const where = eq("id", idText(ids[0] ?? me));
    await assert.rejects(update(house, doctor, "patients", where, { name: "Eve" }), fails("access.denied"));
    assert.equal((await update(house, doctor, "patients", where, { name: "Ann", score: 3 })).affected, 1);
  });

  test("seals the encrypted values of a row anew when it goes to another subject", async () => {
    const tenant = house.vault.newId();
    const [self, other] = [await house.account(tenant), await house.account(tenant)];
    const owner = someone(self, { tenant });
    const { ids } = await insert(house, owner, "records", [{ title: "T", body: "words", owner: idText(self) }]);
    await update(house, owner, "records", eq("title", "T"), { owner: idText(other) });
    const [row] = await rowsOf(read(house, owner, { collection: "records", where: eq("title", "T") }));
    assert.deepEqual([row?.["title"], row?.["body"], row?.["owner"], row?.["id"]], ["T", "words", idText(other), idText(ids[0] ?? me)]);
  });

  test("lets no row of a tenant name an account of another, which looks like one that is not there", async () => {
    const tenant = house.vault.newId();
    const [self, theirs] = [await house.account(tenant), await house.account(house.vault.newId())];
    const owner = someone(self, { tenant });
    const record = (title: string, account: Id) => ({ title, owner: idText(account) });
    const refusalOf = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => assert.fail("The row was written."),
        (fault: unknown) => fault,
      );
      assert.ok(fails("data.conflict", "reference")(error) && error instanceof Fault);
      return { message: error.message, detail: error.detail };
    };
    await insert(house, owner, "records", [record("mine", self)]);
    for (const write of [
      (account: Id) => insert(house, owner, "records", [record("1", self), record("2", account)]),
      (account: Id) => update(house, owner, "records", eq("title", "mine"), { owner: idText(account) }),
    ]) {
      const unknown = await refusalOf(write(house.vault.newId()));
      assert.deepEqual(await refusalOf(write(theirs)), unknown);
      assert.deepEqual(await refusalOf(write(await house.account())), unknown, "nor one without a tenant");
    }
    const rows = await rowsOf(read(house, owner, { collection: "records" }));
    assert.deepEqual(
      rows.map((row) => row["title"]),
      ["mine"],
    );
    const many = await Promise.all(Array.from({ length: 40 }, () => house.account(tenant)));
    assert.equal(
      (
        await insert(
          house,
          owner,
          "records",
          many.map((account, at) => record(`many ${at}`, account)),
        )
      ).inserted,
      40,
    );
  });

  test("opens no encrypted value that was moved to another row, column or subject in the file", async () => {
    const rows = await insert(house, doctor, "patients", [patient({ name: "Zx-one" }), patient({ name: "Zx-two" })]);
    const [one, two] = rows.ids;
    assert.ok(one && two);
    const stolen = await house.store.view((view) => view.get("patients", [one], ["name"]));
    await house.store.commit({ steps: [{ do: "update", table: "patients", key: [two], version: 1, set: { name: stolen?.[0] ?? null } }] });
    house.noted.length = 0;
    await assert.rejects(read(house, doctor, { collection: "patients", where: eq("id", idText(two)) }), fails("vault.refused"));
    assert.deepEqual(
      house.noted.map((event) => event.kind),
      ["record.damaged"],
    );
    await house.store.commit({
      steps: [{ do: "update", table: "patients", key: [one], version: 1, set: { national_id: stolen?.[0] ?? null } }],
    });
    await assert.rejects(read(house, doctor, { collection: "patients", where: eq("id", idText(one)) }), fails("vault.refused"));
  });

  test("bounds the rows of one write", async () => {
    await assert.rejects(
      insert(
        house,
        doctor,
        "patients",
        Array.from({ length: 51 }, () => patient()),
      ),
      fails("request.too_large"),
    );
    await insert(
      house,
      doctor,
      "patients",
      Array.from({ length: 45 }, () => patient()),
    );
    await assert.rejects(update(house, doctor, "patients", ALWAYS, { score: 1 }), fails("request.too_large"));
    assert.ok((await mine()).every((row) => row["score"] === null));
  });

  test("commits nothing when one row was asked for and several would be written", async () => {
    await insert(house, doctor, "patients", [patient(), patient()]);
    const returning = { ...QUIETLY, single: true };
    const set = { collection: "patients", where: ALWAYS, set: { score: 9 }, fields: undefined, rowsMax: undefined, returning };
    await assert.rejects(house.data.update(set, asker(doctor)), fails("data.not_single"));
    assert.ok((await mine()).every((row) => row["score"] === null));
  });

  test("keeps a row that others name", async () => {
    const boss = someone(me, { roles: ["doctor", "supervisor"], aal: 2, mfaAt: house.clock.now() });
    await insert(house, boss, "members", [{ team: "ref", account: idText(me) }]);
    const { ids } = await insert(house, boss, "patients", [patient()]);
    await insert(house, boss, "notes", [{ team: "ref", about: idText(ids[0] ?? me) }]);
    await assert.rejects(remove(house, boss, "patients", eq("id", idText(ids[0] ?? me))), fails("data.conflict", "reference"));
  });

  test("trims change records only after the trail has sequenced them and their time is over, and clears what recognises inserts", async () => {
    const count = (table: string) => house.store.view((view) => view.count({ table, where: { op: "all", of: [] } }));
    await insert(house, doctor, "patients", [patient({ id: idText(house.vault.newId()) })], "b");
    await house.data.keepHouse();
    house.clock.time += 2 * 3_600_000;
    await house.data.keepHouse();
    const before = await count(CHANGES);
    assert.ok(before > 0, "the trail has not started: nothing is trimmed");
    house.trail.start();
    await house.trail.settle();
    await house.data.keepHouse();
    assert.equal(await count(CHANGES), before, "sequenced just now, and so not yet outlived");
    house.clock.time += 2 * 3_600_000;
    await insert(house, doctor, "patients", [patient()]);
    await house.data.keepHouse();
    assert.equal(await count(CHANGES), 1, "only what came after the mark is left");
    assert.ok((await count("data.idempotency")) > 0);
    house.clock.time += 25 * 3_600_000;
    await house.data.keepHouse();
    assert.equal(await count("data.idempotency"), 0);
  });

  test("finds no rows to write that the caller may not read, though the rule of the write lets them through", async () => {
    const stranger = someone(await house.account());
    await insert(house, doctor, "boxes", [{ owner: idText(me), label: "hidden" }]);
    assert.equal((await update(house, stranger, "boxes", eq("label", "hidden"), { label: "found" })).affected, 0);
    assert.equal((await remove(house, stranger, "boxes", eq("label", "hidden"))).affected, 0);
    assert.equal((await update(house, doctor, "boxes", eq("label", "hidden"), { label: "mine" })).affected, 1);
  });

  test("knows no field, in a body either, that its caller may neither read nor write", async () => {
    const row = { owner: idText(me) };
    await assert.rejects(insert(house, doctor, "boxes", [{ ...row, stamp: "x" }]), fails("data.unknown_field"));
    await assert.rejects(insert(house, doctor, "boxes", [{ ...row, nothing: "x" }]), fails("data.unknown_field"));
  });

  test("returns no row that its writer may not read", async () => {
    const { affected, returned } = await insert(house, someone(await house.account()), "boxes", [{ owner: idText(me), label: "x" }]);
    assert.deepEqual([affected, returned.rows, returned.json], [1, 0, "[]"]);
  });

  test("brings back ids as it was given them", async () => {
    const id = crypto.randomUUID();
    const { ids } = await insert(house, doctor, "patients", [patient({ id: id.toUpperCase() })]);
    assert.deepEqual(ids[0], idBytes(id));
  });
});
