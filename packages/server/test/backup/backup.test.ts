import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createBackup, restoreBackup } from "../../src/backup/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { dataPaths } from "../../src/settings.ts";
import { openTrailHouse } from "../trail/trail-house.ts";
import { tables } from "../../src/trail/index.ts";
import { createRootText } from "../../src/vault/index.ts";

test("Holdfast restores", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  for (let n = 0; n < 300; n += 1) await house.store.commit({ steps: trail.entry({ kind: "server.started", at: n, version: "1", instance: "x" }) });
  const { vault, keys, sealer } = house.opened;
  const backup = createBackup({ store: house.store, vault, keys, sealer, keyring: house.keyring, trail, clock: systemClock, tables: tables.map((t) => t.name), cipher: "aegis", version: "0", databaseFile: join(house.folder, "data.db") });
  const path = join(house.folder, "b", "x.holdfast");
  const made = await backup.make(path, (p) => console.log(p));
  console.log(made.manifest, made.bytes);
  for (const by of [{ kit: house.kit }, { roots: [house.root] }]) {
    const data = join(house.folder, `restored-${"kit" in by}`);
    const restored = await restoreBackup({ file: path, places: dataPaths(data), by, placeRoot: async () => ({ reference: "file:x", text: createRootText() }), endedTables: ["identity.sessions"], clock: systemClock });
    console.log(restored, await readdir(data));
  }
});
