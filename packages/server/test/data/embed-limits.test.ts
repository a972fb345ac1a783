import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EmbedRequest } from "../../src/data/index.ts";
import type { Id } from "../../src/kit/index.ts";
import type { Value } from "../../src/model/value.ts";
import type { Step } from "../../src/store/contract.ts";
import { relations } from "../edge/rest/relations-plan.ts";
import { someone } from "../identity/actor.ts";
import { ALWAYS, type DataHouse, EVERYTHING, eq, fails, idText, openDataHouse, read, rowsOf } from "./house.ts";

const WARDS = 101;
const PATIENTS_PER_WARD = 101;
const LARGE_CHARACTERS = 250_000;

describe("Holdfast, asked for more related rows than one answer may have,", () => {
  let house: DataHouse;
  let doctor: Id;
  let firstWard = "";

  before(async () => {
    house = await openDataHouse(relations);
    doctor = await house.account();
    const wards = Array.from({ length: WARDS }, () => house.vault.newId());
    const patients = wards.flatMap((ward) => Array.from({ length: PATIENTS_PER_WARD }, () => ({ id: house.vault.newId(), ward })));
    const [large] = patients;
    assert.ok(large);
    firstWard = idText(large.ward);
    const insert = (table: string, row: Record<string, Value>): Step => ({
      do: "insert",
      table,
      row: { created_at: 0, updated_at: 0, ...row },
    });
    const data = JSON.stringify("x".repeat(LARGE_CHARACTERS));
    const steps = [
      ...wards.map((id) => insert("wards", { id })),
      ...patients.map(({ id, ward }, at) =>
        insert("patients", { id, ward, doctor, data: at === 0 ? data : null, score: at === 0 ? 1 : null }),
      ),
      ...wards.map(() => insert("visits", { id: house.vault.newId(), patient: large.id, doctor })),
    ];
    assert.equal((await house.store.commit({ steps })).committed, true);
  });
  after(() => house[Symbol.asyncDispose]());

  const embed = (target: string, more: Partial<EmbedRequest> = {}): EmbedRequest => ({
    as: target,
    target,
    hint: undefined,
    join: "left",
    form: "nested",
    select: [{ field: "id", as: "id" }],
    embeds: [],
    where: ALWAYS,
    order: [],
    limit: undefined,
    offset: 0,
    ...more,
  });

  test("answers as many of each row as an answer has rows", async () => {
    const rows = await read(house, someone(doctor), { collection: "wards", limit: 2, embeds: [embed("patients")] });
    assert.deepEqual(
      (await rowsOf(Promise.resolve(rows))).map(({ patients }) => Array.isArray(patients) && patients.length),
      [100, 100],
    );
    assert.equal(rows.embedded, 200);
    const first = embed("patients", {
      order: [{ field: "score", direction: "asc", nulls: "last" }],
      embeds: [embed("visits")],
      select: [],
    });
    const inner = await read(house, someone(doctor), { collection: "wards", where: eq("id", firstWard), embeds: [first] });
    const [ward] = await rowsOf(Promise.resolve(inner));
    const visits = Array.isArray(ward?.["patients"]) ? ward["patients"].map((patient: { visits: unknown[] }) => patient.visits.length) : [];
    assert.deepEqual(visits, [100, ...Array.from({ length: 99 }, () => 0)], "also where many lists are read at once");
  });

  test("refuses more than 10,000 embedded rows", async () => {
    const again = embed("patients", { as: "again", where: { op: "is", negated: false, field: "data", word: "null" } });
    const asked = read(house, someone(doctor), { collection: "wards", limit: 60, embeds: [embed("patients"), again] });
    await assert.rejects(asked, fails("request.too_large"));
    const cut = await read(house, someone(doctor), { collection: "wards", embeds: [embed("patients")] });
    assert.deepEqual([cut.rows, cut.embedded], [100, 10_000]);
    const limited = await read(house, someone(doctor), { collection: "wards", embeds: [embed("patients", { limit: 100 })] });
    assert.deepEqual([limited.rows, limited.embedded], [100, 10_000]);
  });

  test("refuses more than 2,000 lists with a limit of their own", async () => {
    const inner = embed("patients", { embeds: [embed("visits", { limit: 1 })] });
    await assert.rejects(read(house, someone(doctor), { collection: "wards", limit: 21, embeds: [inner] }), fails("request.too_large"));
    assert.equal((await read(house, someone(doctor), { collection: "wards", limit: 9, embeds: [inner] })).rows, 9);
  });

  test("refuses an answer that embedding makes larger than 16,777,216 characters", async () => {
    const whole = embed("patients", { select: EVERYTHING });
    await assert.rejects(read(house, someone(doctor), { collection: "visits", embeds: [whole] }), fails("request.too_large"));
    assert.equal((await read(house, someone(doctor), { collection: "visits", limit: 50, embeds: [whole] })).rows, 50);
  });
});
