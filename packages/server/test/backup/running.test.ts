import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type App, openApp } from "../../src/app.ts";
import { LEDGER_FILE } from "../../src/backup/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import type { Log } from "../../src/log.ts";
import { readSettings } from "../../src/settings.ts";
import { keeperOf, startBackups } from "../../src/wiring/backup-keeper.ts";

const CONFIG = join(dirname(fileURLToPath(import.meta.url)), "..", "cli", "testdata", "holdfast.config.ts");

async function place(t: TestContext): Promise<(flags?: Record<string, string>, env?: Record<string, string>) => Promise<App>> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-running-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return (more = {}, env = {}) => {
    const flags = { data: join(folder, "data"), config: CONFIG, "root-key": `file:${join(folder, "root.key")}`, ...more };
    const { settings } = readSettings({ flags, env, cwd: folder });
    return openApp({ settings, clock: systemClock, env, askPassphrase: undefined, url: () => "" });
  };
}

function listener(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: ({ what }) => void lines.push(what) };
}

test("Holdfast puts what is revoked beside the backups while it runs, and takes up what a stopped server left", async (t) => {
  const open = await place(t);
  const ledgers = async (app: App): Promise<number> => {
    const names = await readdir(app.folder.paths.backups).catch(() => []);
    return names.filter((name) => LEDGER_FILE.test(name)).length;
  };
  const revokeOne = async ({ identity }: App): Promise<void> => {
    const { id } = await identity.keys.create({ scopes: ["accounts:write"], networks: [], lifetimeMs: 86_400_000 });
    await identity.keys.revoke(id);
  };
  {
    // Nobody runs: a command opened the folder.
    await using app = await open();
    await revokeOne(app);
    assert.equal(await ledgers(app), 0);
  }
  await using app = await open();
  await using _running = await startBackups(app, listener().log);
  while ((await ledgers(app)) < 1) await wait(10);
  await revokeOne(app);
  while ((await ledgers(app)) < 2) await wait(10);
});

test("Holdfast clears what a drill left when the server was killed in it", async (t) => {
  const open = await place(t);
  await using app = await open();
  const { drill } = app.folder.paths;
  await mkdir(drill);
  await writeFile(join(drill, "data-1.db"), "left");
  await using _running = await startBackups(app, listener().log);
  assert.ok(!existsSync(drill));
});

test("Holdfast takes turns: the schedule and the operator ask the same keeper", async (t) => {
  const open = await place(t);
  await using app = await open();
  assert.equal(await keeperOf(app), await keeperOf(app));
  const keeper = await keeperOf(app);
  await keeper.backUp();
  const drills = await Promise.all([keeper.drill(), keeper.drill(), keeper.drill()]);
  assert.deepEqual(
    drills.map(({ number, passed }) => [number, passed]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
  );
});

const NO_CREDENTIALS: readonly (readonly [what: string, flags: Record<string, string>, env: Record<string, string>, says: RegExp])[] = [
  ["none are named", {}, {}, /--backups-key/],
  ["the variable is empty", { "backups-key": "env:S3" }, {}, /env:S3 leads to is not there/],
  ["they have another form", { "backups-key": "env:S3" }, { S3: "no colon here" }, /ID:SECRET/],
];

for (const [what, flags, env, says] of NO_CREDENTIALS) {
  test(`Holdfast does not run without a place for its backups, and says why, without the secret: ${what}`, async (t) => {
    const open = await place(t);
    await using app = await open({ ...flags, backups: "s3:https://s3.example.org/bucket" }, env);
    const { log, lines } = listener();
    await assert.rejects(startBackups(app, log), { code: "settings.invalid" });
    assert.match(lines.join(" "), says);
    assert.doesNotMatch(lines.join(" "), /no colon here/);
  });
}
