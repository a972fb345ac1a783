import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type App, openApp } from "../../src/app.ts";
import { createOperations } from "../../src/cli/operations.ts";
import { subjectCheckCommand } from "../../src/cli/subject-commands.ts";
import type { SubjectPage } from "../../src/data/index.ts";
import type { Edge } from "../../src/edge/index.ts";
import type { Actor, Visit } from "../../src/identity/index.ts";
import { type Clock, formatId, type Id, isFault } from "../../src/kit/index.ts";
import type { Log } from "../../src/log.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import type { Column } from "../../src/model/schema.ts";
import { readSettings } from "../../src/settings.ts";
import type { Step } from "../../src/store/index.ts";
import { createTrailReader } from "../../src/trail/index.ts";
import { eraseDue, eraseSubject } from "../../src/wiring/subject-erase.ts";
import { exportOwn } from "../../src/wiring/subject-export.ts";
import { startUpkeep } from "../../src/wiring/upkeep.ts";

const CONFIG = fileURLToPath(new URL("people.config.ts", import.meta.url));
const DAY_MS = 86_400_000;
const MARKS = ["Zx-her-secret-words", "Zx-tagged", "ada-zx@example.org", "Zx-metadata"];

interface House extends AsyncDisposable {
  readonly app: App;
  readonly folder: string;
  readonly clock: Clock & { time: number };
  readonly ada: Id;
  readonly bob: Id;
  readonly visit: (account: Id) => Visit;
  /** The same folder, opened again. */
  reopened(): Promise<App>;
}

/** The whole app over a folder, with two people in it. */
async function openPeople(): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-people-"));
  const clock = { time: Date.UTC(2026, 10, 20), now: () => clock.time, elapsed: () => clock.time };
  const open = () => {
    const env = { HOLDFAST_CONFIG: CONFIG, HOLDFAST_DATA: join(folder, "data"), HOLDFAST_KEY: `file:${join(folder, "root.key")}` };
    const { settings } = readSettings({ flags: {}, env, cwd: folder });
    return openApp({ settings, clock, env: { XDG_CONFIG_HOME: folder }, askPassphrase: undefined, url: () => "https://localhost" });
  };
  let app = await open();
  const service: Actor = { kind: "service", keyId: "test", scopes: ["accounts:write"] };
  const asService = visitAs(service);
  const make = async (address: string) =>
    (
      await app.identity.admin.create(asService, {
        address,
        confirm: true,
        password: "seven purple lanterns hum",
        userMetadata: { name: "Zx-metadata" },
      })
    ).id;
  const [ada, bob] = [await make("ada-zx@example.org"), await make("bob@example.org")];
  const house: House = {
    get app() {
      return app;
    },
    folder,
    clock,
    ada,
    bob,
    visit: (account) => visitAs(actorOf(account)),
    async reopened() {
      await app[Symbol.asyncDispose]();
      app = await open();
      return app;
    },
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await fill(house);
  return house;
}

function actorOf(id: Id): Actor {
  return { kind: "account", id, sessionId: id, tenant: null, roles: [], houseRole: null, aal: 1, mfaAt: null, unfinished: false };
}

function visitAs(actor: Actor): Visit {
  return { request: "r", address: "192.0.2.7", agent: "test", loopback: false, actor, actorIn: () => Promise.resolve(actor) };
}

async function fill({ app, ada, bob, visit }: House): Promise<void> {
  const insert = (account: Id, collection: string, rows: readonly Readonly<Record<string, unknown>>[]) => {
    const { request: id, address, actor, actorIn } = visit(account);
    return app.data.insert(
      {
        collection,
        rows: rows.map((row) => ({ id: formatId(app.vault.newId()), ...row })),
        fields: undefined,
        missing: "default",
        onConflict: "refuse",
        returning: { select: undefined, nulls: "kept", single: false },
        fingerprint: [JSON.stringify(rows)],
      },
      { id, address, actor, actorIn } as Parameters<App["data"]["insert"]>[1],
    );
  };
  const [adaId, bobId] = [formatId(ada), formatId(bob)];
  const entries = Array.from({ length: 30 }, (_, at) => ({
    owner: adaId,
    body: `Zx-her-secret-words ${at}`,
    tags: { z: "Zx-tagged", 1: at },
  }));
  await insert(ada, "journal", entries);
  await insert(bob, "journal", [{ owner: bobId, body: "his own" }]);
  await insert(bob, "visits", [
    { host: bobId, guest: adaId, place: "hill" },
    { host: adaId, guest: bobId, place: "lake" },
  ]);
}

async function signedIn({ app, clock }: House): Promise<Visit> {
  const nobody = visitAs({ kind: "nobody" });
  const issued = await app.identity.signIn(nobody, { address: "ada-zx@example.org", password: "seven purple lanterns hum" });
  clock.time += 1;
  const credentials = { apikey: undefined, bearer: issued.accessToken, browser: false, address: "192.0.2.7" };
  const actorIn: Visit["actorIn"] = (view) => app.identity.whoIs(credentials, view);
  return { ...nobody, actor: await app.store.view(actorIn), actorIn };
}

const count = ({ app }: House, table: string) => app.store.view((view) => view.count({ table, where: EVERY_ROW }));

async function check(file: string, app: App): Promise<{ readonly exit: number; readonly lines: readonly string[] }> {
  const { verifierKey } = createTrailReader(app);
  const call = { positional: () => file, text: () => verifierKey, io: { cwd: "/" } };
  return subjectCheckCommand.run(call as unknown as Parameters<typeof subjectCheckCommand.run>[0]);
}

test("Holdfast hands an account its own data, with a manifest that anybody can check", async () => {
  await using house = await openPeople();
  const { app, folder } = house;
  const text = await exportOwn(app, await signedIn(house));
  for (const mark of MARKS) assert.ok(text.includes(mark), mark);
  assert.ok(!text.includes("his own") && !text.includes("argon2"));
  const file = join(folder, "own.json");
  await writeFile(file, text);
  assert.equal((await check(file, app)).exit, 0);
  const { parts } = JSON.parse(text) as { parts: Record<string, unknown> };
  assert.deepEqual(Object.keys(parts), ["account", "sessions", "rows/journal/1", "rows/visits/1"]);
  await writeFile(file, text.replace("Zx-her-secret-words 7", "Zx-her-secret-words 8"));
  const altered = await check(file, app);
  assert.deepEqual([altered.exit, /rows\/journal\/1/.test(altered.lines.join())], [1, true]);
  await writeFile(file, JSON.stringify({ ...JSON.parse(text), parts: { ...parts, more: [] } }));
  assert.match((await check(file, app)).lines.join(), /altered, or are missing: more/);
  await writeFile(file, text.replace('"parts":', '"parts":{"account":{"id":"another"}},"parts":'));
  await assert.rejects(check(file, app), { code: "trail.refused" }, "one reader takes the first of two, another the last");
  const told = await createTrailReader(app).show({
    kinds: ["subject.exported"],
    from: undefined,
    to: undefined,
    last: 10,
    personal: "opened",
  });
  assert.deepEqual(
    told.map(({ slots }) => [slots["account"], slots["by"]]),
    [[formatId(house.ada), "itself"]],
  );
});

test("Holdfast hands nothing out to a session that is not fresh, and one export of an account at a time", async () => {
  await using house = await openPeople();
  const visit = await signedIn(house);
  const both = await Promise.allSettled([exportOwn(house.app, visit), exportOwn(house.app, visit)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  await exportOwn(house.app, visit);
  house.clock.time += 599_000;
  await exportOwn(house.app, visit);
  house.clock.time += 2_000;
  const refused = await exportOwn(house.app, visit).catch((error: unknown) => error);
  assert.ok(isFault(refused), String(refused));
});

test("Holdfast gives the operator all of it, in pieces, into a file that is never overwritten", async () => {
  await using house = await openPeople();
  const { app, folder, ada } = house;
  const operations = createOperations(app);
  const path = join(folder, "export.json");
  const run = operations["subject.export"];
  assert.ok(run);
  const done = await run({ account: "ada-zx@example.org", path }, () => undefined);
  assert.match(done.lines.join("\n"), /The account is named by rows of others: 1 in visits.host/);
  const text = await readFile(path, "utf8");
  for (const mark of MARKS) assert.ok(text.includes(mark), mark);
  assert.equal((await check(path, app)).exit, 0);
  const { parts } = JSON.parse(text) as { parts: Record<string, unknown> };
  assert.deepEqual(Object.keys(parts), ["account", "sessions", "rows/journal/1", "trail"]);
  assert.ok(JSON.stringify(parts["trail"]).includes("record.changed"));
  await assert.rejects(Promise.resolve(run({ account: formatId(ada), path }, () => undefined)), /is there already/);
  assert.equal(await readFile(path, "utf8"), text);
});

test("Holdfast leaves no half of an export behind, and a word in the trail that it was begun", async () => {
  await using house = await openPeople();
  const { app, folder, ada } = house;
  const rows = await app.data.subject();
  async function* broken(subject: Id): AsyncGenerator<SubjectPage> {
    yield* rows.rows(subject);
    throw new Error("the disk is gone");
  }
  const path = join(folder, "export.json");
  const run = createOperations({ ...app, data: { ...app.data, subject: () => Promise.resolve({ ...rows, rows: broken }) } })[
    "subject.export"
  ];
  assert.ok(run);
  await assert.rejects(Promise.resolve(run({ account: formatId(ada), path }, () => undefined)), /the disk is gone/);
  await assert.rejects(readFile(path), { code: "ENOENT" });
  await app.trail.settle();
  const told = await createTrailReader(app).show({
    kinds: ["subject.exported"],
    from: undefined,
    to: undefined,
    last: 9,
    personal: "closed",
  });
  assert.deepEqual(
    told.map(({ slots }) => slots["by"]),
    ["the operator, begun"],
  );
});

test("Holdfast erases once, and gives everybody who asked meanwhile the same certificate", async () => {
  await using house = await openPeople();
  const { app, ada } = house;
  const [first, second] = await Promise.all([eraseSubject(app, ada, "one"), eraseSubject(app, ada, "another")]);
  assert.equal(first.note, second.note);
  assert.equal(await eraseDue(app, house.clock.time, (cause) => assert.fail(String(cause))), 0);
});

test("Holdfast erases an account from every table and file that it has, and certifies it", async () => {
  await using house = await openPeople();
  const { app, folder, ada, bob } = house;
  await signedIn(house);
  const erase = createOperations(app)["subject.erase"];
  assert.ok(erase);
  const { data, lines } = await erase({ account: formatId(ada) }, () => undefined);
  const certificate = join(folder, "certificate.json");
  await writeFile(certificate, JSON.stringify(data, null, 2));
  assert.equal((await check(certificate, app)).exit, 0);
  await writeFile(certificate, JSON.stringify(data).replace('"removed":30', '"removed":3'));
  await assert.rejects(check(certificate, app), { code: "trail.refused" });
  assert.match(lines.join("\n"), /journal: 30 removed, 0 without the name/);
  assert.match(lines.join("\n"), /visits: 0 removed, 1 without the name/);
  assert.match(lines.join("\n"), /Backups made before 2026-11-20T\S+ still hold the account.*deleted by 2027-12-/);
  assert.match(lines.join("\n"), /the bare id, by the plan's rule: 1 in visits.host/);

  assert.deepEqual([await count(house, "journal"), await count(house, "visits"), await count(house, "identity.sessions")], [1, 2, 0]);
  const subjects = async (table: string) => {
    const rows = await app.store.view((view) => view.read({ table, columns: ["subject"], where: EVERY_ROW }));
    return rows.filter(([subject]) => subject instanceof Uint8Array && Buffer.compare(subject, ada) === 0).length;
  };
  assert.deepEqual([await subjects("trail.openings"), await subjects("changes")], [0, 0]);
  await app.trail.settle();
  const reader = createTrailReader(app);
  assert.equal((await reader.verify({})).ok, true, "every leaf still verifies");
  const shown = JSON.stringify(await reader.show({ kinds: [], from: undefined, to: undefined, last: 1_000, personal: "opened" }));
  for (const mark of [...MARKS, formatId(ada)]) assert.ok(!shown.includes(mark), mark);
  assert.ok(shown.includes(formatId(bob)) && shown.includes("subject.erased"));
  const [told] = await reader.show({ kinds: ["subject.erased"], from: undefined, to: undefined, last: 1, personal: "closed" });
  assert.equal(told?.slots["certificate"], (data as { sha256: string }).sha256);
});

test("Holdfast reaches the tables of every room whose rows belong to an account, also those that no request fills here", async () => {
  await using house = await openPeople();
  const { app, ada, bob } = house;
  const personal = ({ name, type }: Column): boolean => type === "blob" && (name === "account" || name === "subject");
  const owned = app.schema.filter(({ columns }) => columns.some(personal));
  const others = owned.filter(({ name, kind }) => kind === "rows" && !/^(identity|trail|data)\./.test(name));
  assert.ok(others.some(({ name }) => name === "mail.outbox") && others.some(({ name }) => name === "watch.alerts"), "letters and alerts");
  for (const account of [ada, bob]) {
    const filled = (column: Column) =>
      personal(column) ? account : { blob: app.vault.newId(), text: formatId(account), integer: 1, real: 1 }[column.type];
    const rows = others.map(({ name, columns }): Step => {
      return { do: "insert", table: name, row: Object.fromEntries(columns.map((column) => [column.name, filled(column)])) };
    });
    assert.ok((await app.store.commit({ steps: rows })).committed);
  }
  const rowsOf = async (account: Id) => {
    const counts: Record<string, number> = {};
    for (const { name, columns } of owned) {
      const column = columns.find(personal)?.name ?? "";
      const where = { op: "compare", sense: "is", column, by: "eq", value: account } as const;
      counts[name] = await app.store.view((view) => view.count({ table: name, where }));
    }
    return counts;
  };
  const [before, bobs] = [await rowsOf(ada), await rowsOf(bob)];
  const { statement } = await eraseSubject(app, ada, "a test");
  assert.deepEqual(
    Object.values(await rowsOf(ada)).filter((count) => count > 0),
    [],
  );
  for (const { name } of others) assert.equal(statement.tables[name], before[name], name);
  const after = await rowsOf(bob);
  // Bob's own rows stay; what tells of the change in a row of his that named Ada is new.
  for (const [name, count] of Object.entries(bobs)) assert.ok((after[name] ?? 0) >= count, name);
});

test("Holdfast erases when the grace is over, also when it was cut off before", async () => {
  await using house = await openPeople();
  const { ada, clock } = house;
  const failed = (cause: unknown) => assert.fail(String(cause));
  const people = await house.app.identity.people();
  await people.leave(await signedIn(house));
  assert.equal(await eraseDue(house.app, clock.time, failed), 0);
  clock.time += DAY_MS;
  // A first try ends in the middle: some rows are gone, and the account is not.
  await (await house.app.data.subject()).erase(ada);
  await people.beginErasure({ by: "its time", visit: undefined }, ada);
  const app = await house.reopened();
  assert.equal(await eraseDue(app, clock.time, failed), 1);
  assert.equal(await eraseDue(app, clock.time, failed), 0);
  assert.equal(await count(house, "journal"), 1);
});

test("Holdfast erases by itself while it serves, when the time has come and the clock can be believed", async (t) => {
  await using house = await openPeople();
  const { app, clock } = house;
  t.mock.timers.enable({ apis: ["setInterval"] });
  const complaints: string[] = [];
  const log: Log = ({ what }) => void complaints.push(what);
  const edge = { renewCertificate: () => undefined } as unknown as Edge;
  /** A server that runs for so long, and looks after itself once at the end of it. */
  const serveFor = async (ms: number) => {
    await using _upkeep = startUpkeep(app, edge, log);
    clock.time += ms;
    t.mock.timers.tick(60_000);
  };
  await (await app.identity.people()).leave(await signedIn(house));
  clock.time += DAY_MS;
  await serveFor(60_000);
  assert.equal(await count(house, "journal"), 31, "the first hour of a clock is not believed");
  await serveFor(3_600_000);
  assert.equal(await count(house, "journal"), 1);
  assert.equal(await count(house, "identity.erasures"), 0);
  assert.deepEqual(complaints, []);
});

test("Holdfast lets nobody sign in to an account whose erasure has begun", async () => {
  await using house = await openPeople();
  const { app, ada } = house;
  const open = await signedIn(house);
  const rows = await app.data.subject();
  const outcomes: string[] = [];
  const tried = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => void outcomes.push("let in"),
      (error: unknown) => void outcomes.push(isFault(error) ? String(error.detail["reason"]) : String(error)),
    );
  const watched: App = {
    ...app,
    data: {
      ...app.data,
      subject: () =>
        Promise.resolve({
          ...rows,
          erase: async (id) => {
            await tried(signedIn(house));
            await tried(app.store.view(open.actorIn));
            return rows.erase(id);
          },
        }),
    },
  };
  await eraseSubject(watched, ada, "a test");
  assert.deepEqual(outcomes, ["invalid_credentials", "session_not_found"]);
});

test("Holdfast tells of one account that cannot be erased, and erases the others", async () => {
  await using house = await openPeople();
  const { app, ada, bob } = house;
  const people = await app.identity.people();
  for (const id of [ada, bob]) await people.beginErasure({ by: "a test", visit: undefined }, id);
  const rows = await app.data.subject();
  const broken: App = {
    ...app,
    data: {
      ...app.data,
      subject: () =>
        Promise.resolve({ ...rows, erase: (id) => (Buffer.compare(id, ada) === 0 ? Promise.reject(new Error("stuck")) : rows.erase(id)) }),
    },
  };
  const causes: string[] = [];
  assert.equal(await eraseDue(broken, house.clock.time, (cause) => void causes.push(String(cause))), 1);
  assert.deepEqual(causes, ["Error: stuck"]);
  assert.equal(await eraseDue(broken, house.clock.time, () => undefined), 0);
  await app.trail.settle();
  const told = await createTrailReader(app).show({
    kinds: ["erasure.failed"],
    from: undefined,
    to: undefined,
    last: 9,
    personal: "closed",
  });
  assert.deepEqual(
    told.map(({ slots }) => slots["because"]),
    ["Something went wrong inside the server."],
    "once an hour, and no cause that names somebody",
  );
  assert.deepEqual((await people.dueErasures(house.clock.time)).map(formatId), [formatId(ada)], "it waits, and is tried again");
});
