import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type App, openApp } from "../src/app.ts";
import { isFault, systemClock } from "../src/kit/index.ts";
import { readSettings } from "../src/settings.ts";
import { createRootText } from "../src/vault/index.ts";
import { createShelf } from "../src/wiring/root-key.ts";

const CONFIG = fileURLToPath(new URL("../../../examples/clinic/holdfast.config.ts", import.meta.url));

async function place(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "app-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const open = (rootKey = `file:${join(folder, "root.key")}`): Promise<App> => {
    const env = { HOLDFAST_CONFIG: CONFIG, HOLDFAST_DATA: join(folder, "data"), ...(rootKey === "" ? {} : { HOLDFAST_KEY: rootKey }) };
    const { settings } = readSettings({ flags: {}, env, cwd: folder });
    return openApp({
      settings,
      clock: systemClock,
      env: { XDG_CONFIG_HOME: join(folder, "config") },
      askPassphrase: undefined,
      url: () => "",
    });
  };
  return { folder, data: join(folder, "data"), open };
}

const refuses = (sentence: RegExp) => (error: unknown) => isFault(error) && sentence.test(error.message);

test("Holdfast refuses a keyring that is older than the one it last used", async (t) => {
  const { folder, data, open } = await place(t);
  await (await open())[Symbol.asyncDispose]();
  await cp(join(data, "keyring"), join(folder, "old-keyring"));
  const app = await open();
  app.keys.addRoot({ reference: `file:${join(folder, "second.key")}`, text: createRootText() });
  await app[Symbol.asyncDispose]();
  // The next start sees the newer keyring, and remembers it.
  await (await open())[Symbol.asyncDispose]();
  await cp(join(folder, "old-keyring"), join(data, "keyring"));
  await assert.rejects(open(), refuses(/older than the one that was last in use/));
});

test("Holdfast keeps its root key out of the data folder", async (t) => {
  const { data, open } = await place(t);
  await assert.rejects(open(`file:${join(data, "root.key")}`), refuses(/must not lie in the data folder/));
  assert.ok(!(await readdir(data)).includes("keyring"));
});

test("Holdfast puts root key and recovery kit in the owner's config folder where nobody says otherwise, and finds them again", async (t) => {
  const { folder, open } = await place(t);
  await (await open(""))[Symbol.asyncDispose]();
  const kept = await readdir(join(folder, "config", "holdfast"));
  assert.deepEqual(kept.map((name) => name.split(".").at(-1)).toSorted(), ["recovery-kit", "root"]);
  await (await open(""))[Symbol.asyncDispose]();
});

test("Holdfast starts with no database whose keyring is gone, and with no wrong root, and writes nothing", async (t) => {
  const { folder, data, open } = await place(t);
  await (await open())[Symbol.asyncDispose]();
  const before = await readFile(join(data, "keyring"));
  await writeFile(join(folder, "wrong.key"), createRootText(), { mode: 0o600 });
  await assert.rejects(open(`file:${join(folder, "wrong.key")}`), refuses(/./));
  assert.deepEqual(await readFile(join(data, "keyring")), before);
  await rm(join(data, "keyring"));
  await assert.rejects(open(), refuses(/has a database and no keyring/));
  assert.ok(!(await readdir(data)).includes("keyring"));
});

test("Holdfast finishes a rotation of the root that was cut off", async (t) => {
  const { folder, open } = await place(t);
  const second = { reference: `file:${join(folder, "second.key")}`, text: createRootText() };
  const app = await open();
  createShelf().write(second.reference, second.text);
  app.keys.addRoot(second);
  await app[Symbol.asyncDispose]();
  const again = await open("");
  assert.deepEqual(
    again.keys.roots.map(({ reference }) => reference),
    [second.reference],
  );
  await again[Symbol.asyncDispose]();
  assert.ok(!(await readdir(folder)).includes("root.key"), "the old root is gone");
});

test("Holdfast refuses a root key that others may read", async (t) => {
  const { folder, open } = await place(t);
  await writeFile(join(folder, "root.key"), createRootText(), { mode: 0o644 });
  await assert.rejects(open(), refuses(/chmod 600/));
});
