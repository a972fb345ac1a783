import assert from "node:assert/strict";
import { test } from "node:test";
import { type App, openApp } from "../../src/app.ts";
import { NOBODY, type Visit } from "../../src/identity/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import { readSettings } from "../../src/settings.ts";
import { openWorld, type World } from "./transcript.ts";

const VISIT: Visit = {
  request: "r",
  address: "192.0.2.1",
  agent: undefined,
  loopback: false,
  actor: { kind: "service", keyId: "test", scopes: ["accounts:write"] },
  actorIn: () => Promise.resolve(NOBODY),
};

function open(world: World, env: Readonly<Record<string, string>>): Promise<App> {
  const { settings } = readSettings({ flags: {}, env, cwd: world.folder });
  return openApp({ settings, clock: systemClock, env: { ...env }, askPassphrase: undefined, url: () => "https://localhost" });
}

/** Makes the app, fills it, and closes it again; gives where its root key lies. */
async function rootOf(world: World): Promise<string> {
  await using app = await open(world, world.env);
  await fill(app);
  return app.keys.roots[0]?.reference ?? "";
}

/** Rows as they lie when a reset and a departure wait. */
async function fill(app: App): Promise<void> {
  const { id: account } = await app.identity.admin.create(VISIT, { address: "ada@example.org", confirm: true });
  const waits = { account, by: "itself", asked_at: 1, due_at: Number.MAX_SAFE_INTEGER };
  const hash = app.vault.randomBytes(36);
  const receipt = await app.store.commit({
    steps: [
      { do: "insert", table: "identity.factor_resets", row: waits },
      { do: "insert", table: "identity.erasures", row: waits },
      { do: "insert", table: "identity.recovery_codes", row: { id: app.vault.newId(), account, hash, created_at: 1 } },
    ],
  });
  assert.ok(receipt.committed);
}

test("Holdfast brings back no recovery code and no reset of a factor, and forgets no wish to be erased, at a restore", async () => {
  await using world = await openWorld();
  const root = await rootOf(world);
  const made = await world.run({ args: ["backup", "all.holdfast"], env: {}, stdin: "" });
  assert.equal(made.exit, 0, made.printed.join("\n"));
  const env = { ...world.env, HOLDFAST_DATA: `${world.folder}/restored`, HOLDFAST_KEY: `file:${world.folder}/new.root` };
  const restored = await world.run({ args: ["restore", "all.holdfast", "--old-root", root, "--no-ledger"], env, stdin: "" });
  assert.equal(restored.exit, 0, restored.printed.join("\n"));
  await using app = await open(world, env);
  const count = (table: string) => app.store.view((view) => view.count({ table: `identity.${table}`, where: EVERY_ROW }));
  assert.deepEqual([await count("recovery_codes"), await count("factor_resets"), await count("erasures")], [0, 0, 1]);
});
