import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fits, openWorld } from "./transcript.ts";

const HELP = "! Looking for another key does not help; `holdfast restore` brings a backup back, into a new folder.";

test("Holdfast tells a damaged keyring from a root key that does not fit, and says what helps", async () => {
  await using world = await openWorld();
  const list = (env = {}) => world.run({ args: ["keys", "list"], env, stdin: "" });
  assert.equal((await list()).exit, 0);
  const path = join(world.folder, "data", "keyring");
  const whole = await readFile(path);

  const changed = Buffer.from(whole);
  changed[whole.length - 10] = (changed[whole.length - 10] ?? 0) ^ 1;
  for (const [how, bytes] of [
    ["cut", whole.subarray(0, -20)],
    ["changed", changed],
  ] as const) {
    await writeFile(path, bytes);
    const { printed, exit } = await list();
    assert.ok(fits(printed, ["! holdfast: The keyring is damaged. {*}", HELP]), `${how}: ${printed.join("\n")}`);
    assert.equal(exit, 1);
  }
  await writeFile(path, whole);

  await using other = await openWorld();
  await other.run({ args: ["keys", "list", "--root-key", `file:${join(other.folder, "other.root")}`], env: {}, stdin: "" });
  const { printed } = await list({ HOLDFAST_KEY: `file:${join(other.folder, "other.root")}` });
  assert.ok(
    fits(printed, ["! holdfast: This root key does not belong to this keyring. {*}", "! Check where the root key lies {*}"]),
    printed.join("\n"),
  );
});
