import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type App, openApp } from "../../src/app.ts";
import { createFolderTarget, LEDGER_FILE, restoreBackup, startLedger } from "../../src/backup/index.ts";
import { endedBackupTables } from "../../src/backup/tables.ts";
import type { Visit } from "../../src/identity/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { dataPaths, readSettings } from "../../src/settings.ts";
import { createRootText } from "../../src/vault/index.ts";
import { backupOf } from "../../src/wiring/backup-keeper.ts";
import { SERVICE } from "../identity/house.ts";

const CONFIG = join(dirname(fileURLToPath(import.meta.url)), "..", "cli", "testdata", "holdfast.config.ts");
const PASSWORD = "correct horse battery staple 9";
const operator: Visit = {
  request: "test",
  address: "127.0.0.1",
  agent: undefined,
  loopback: false,
  actor: SERVICE,
  actorIn: () => Promise.resolve(SERVICE),
};

function open(data: string, rootKey: string): Promise<App> {
  const { settings } = readSettings({ flags: { data, config: CONFIG, "root-key": rootKey }, env: {}, cwd: dirname(data) });
  return openApp({ settings, clock: systemClock, env: {}, askPassphrase: undefined, url: () => "" });
}

/** What a client may do with an account and a key, as they lie in the store. */
async function standing(app: App, name: string, id: Uint8Array): Promise<string> {
  const row = await app.store.view((view) => view.get("identity.accounts", [id], ["address", "password", "roles", "deleted_at"]));
  const [address, password, , deletedAt] = row ?? [];
  const words = [
    address === null ? "nobody" : "somebody",
    password === null ? "without password" : "with password",
    deletedAt === null ? "here" : "removed",
  ];
  return `${name}: ${words.join(", ")}`;
}

test("Holdfast erases and revokes again at the first start after a restore what the ledger knows, and without it says that it cannot", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-owed-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const backups = join(folder, "backups");
  const file = join(backups, "one.holdfast");
  const root = { reference: `file:${join(folder, "root.key")}`, text: "" };
  const ids: Uint8Array[] = [];
  let key = "";
  {
    await using app = await open(join(folder, "data"), root.reference);
    const { store, vault, trail, clock, identity } = app;
    for (const name of ["removed", "changed", "erased", "left"]) {
      const id = vault.newId();
      await identity.admin.create(operator, { id, address: `${name}@example.org`, password: PASSWORD, confirm: true });
      ids.push(id);
    }
    key = (await identity.keys.create({ scopes: ["accounts:write"], networks: [], lifetimeMs: 86_400_000 })).id;
    await backupOf(app).make(file);
    await using ledger = startLedger({ store, vault, trail, clock, target: createFolderTarget(backups) });
    const [removed, changed, erased] = ids;
    assert.ok(removed && changed && erased);
    await store.commit({ steps: trail.forget(erased) });
    await identity.admin.remove(operator, removed);
    await identity.admin.change(operator, changed, { password: `${PASSWORD} new` });
    await identity.keys.revoke(key);
    const isSent = async (): Promise<boolean> => {
      const left = await store.view((view) => view.count({ table: "backup.ledger", where: { op: "all", of: [] } }));
      return left === 0 && (await ledger.waiting()) === 0 && (await readdir(backups)).length > 1;
    };
    while (!(await isSent())) await wait(10);
  }
  root.text = await readFile(join(folder, "root.key"), "utf8");
  const files = (await readdir(backups)).filter((name) => LEDGER_FILE.test(name));
  const restore = async (to: string, ledgerFiles: () => Promise<readonly Uint8Array[]>) => {
    const next = { reference: `file:${join(folder, `${to}.key`)}`, text: createRootText() };
    const placeRoot = async () => {
      const { writeFile } = await import("node:fs/promises");
      await writeFile(join(folder, `${to}.key`), next.text, { mode: 0o600 });
      return next;
    };
    const places = dataPaths(join(folder, to));
    const endedTables = ["identity.sessions", ...endedBackupTables];
    const restored = await restoreBackup({ file, places, by: { roots: [root] }, placeRoot, endedTables, ledgerFiles, clock: systemClock });
    await using app = await open(join(folder, to), next.reference);
    const [row] = await app.store.view((view) =>
      view.read({ table: "identity.client_keys", columns: ["revoked_at"], where: { op: "all", of: [] } }),
    );
    const accounts = await Promise.all(ids.map((id, at) => standing(app, ["removed", "changed", "erased", "left"][at] ?? "", id)));
    const subject = ids[2] ?? new Uint8Array(16);
    const openings = await app.store.view((view) =>
      view.count({ table: "trail.openings", where: { op: "compare", sense: "is", column: "subject", by: "eq", value: subject } }),
    );
    return { restored, openings, accounts, isRevoked: row?.[0] !== null, news: app.news.join(" ") };
  };

  const blind = await restore("blind", () => Promise.resolve([]));
  assert.equal(blind.restored.owed, undefined);
  assert.equal(blind.restored.unknownSince, blind.restored.manifest.madeAt);
  assert.deepEqual([...new Set(blind.accounts.map((line) => line.split(": ")[1]))], ["somebody, with password, here"]);
  assert.equal(blind.isRevoked, false);
  assert.ok(blind.openings > 0);

  const knowing = await restore("knowing", () =>
    Promise.all(files.map(async (name) => new Uint8Array(await readFile(join(backups, name))))),
  );
  assert.deepEqual(knowing.accounts, [
    "removed: somebody, with password, removed",
    "changed: somebody, without password, here",
    "erased: nobody, without password, removed",
    "left: somebody, with password, here",
  ]);
  assert.ok(knowing.isRevoked);
  assert.equal(knowing.openings, 0, "what the trail could tell of the erased one is gone again");
  assert.ok((knowing.restored.owed ?? 0) >= 3);
  assert.match(knowing.news, /of the ledger were done again/);
  assert.ok(knowing.restored.unknownSince >= knowing.restored.manifest.madeAt);
});
