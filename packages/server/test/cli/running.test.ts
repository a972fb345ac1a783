import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { openApp } from "../../src/app.ts";
import { createOperations } from "../../src/cli/operations.ts";
import { createControl } from "../../src/edge/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { dataPaths, readSettings } from "../../src/settings.ts";
import { openWorld } from "./transcript.ts";

test("Holdfast has the running server do a command, and says so when its folder is taken and nobody answers", async () => {
  await using world = await openWorld();
  const { settings } = readSettings({ flags: {}, env: world.env, cwd: world.folder });
  await using app = await openApp({
    settings,
    clock: systemClock,
    env: world.env,
    askPassphrase: undefined,
    url: () => "https://localhost",
  });
  const create = { args: ["keys", "create", "--scope", "accounts:write", "--json"], env: {}, stdin: "" };
  const taken = await world.run(create);
  assert.deepEqual([taken.exit, taken.printed.filter((line) => !line.startsWith("! "))], [1, []]);
  assert.match(taken.printed.join("\n"), /store\.refused/);

  const paths = dataPaths(settings.data);
  mkdirSync(paths.control, { mode: 0o700 });
  await using control = await createControl({
    path: paths.controlSocket,
    commands: async () => createOperations(app),
    complete: () => Promise.resolve(),
    log: () => undefined,
  });
  assert.ok(control);
  const made = await world.run(create);
  assert.equal(made.exit, 0, made.printed.join("\n"));
  assert.deepEqual(Object.keys(JSON.parse(made.printed[0] ?? "null")), ["id", "secretKey", "expiresAt"]);
  assert.equal((await app.identity.keys.list()).length, 1);

  const backup = await world.run({ args: ["backup", "while-running.holdfast"], env: {}, stdin: "" });
  assert.equal(backup.exit, 0, backup.printed.join("\n"));
  assert.ok(
    backup.printed.some((line) => line.startsWith("! backup: ")),
    "progress goes to stderr",
  );
  const refused = await world.run({ args: ["keys", "revoke", "frob", "--json"], env: {}, stdin: "" });
  assert.equal(refused.exit, 1);
  assert.match(refused.printed[0] ?? "", /^! \{"error":\{"code":"data\.missing"/);
});

test("Holdfast prints no colour but on a terminal, and none where NO_COLOR is set", async () => {
  await using world = await openWorld();
  const { printed } = await world.run({ args: ["--help"], env: {}, stdin: "" });
  assert.ok(!printed.join("").includes("\u001b"));
});
