import type { App } from "../app.ts";
import { createBackup } from "../backup/index.ts";
import { formatId } from "../kit/index.ts";
import { VERSION } from "../version.ts";
import { fieldsOf, textField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations } from "./contract.ts";
import { formatBytes } from "./output.ts";

export function backupOperations(app: App): Operations {
  const { store, vault, keys, sealer, folder, trail, clock, plan, tables } = app;
  const backup = createBackup({
    store,
    vault,
    keys,
    sealer,
    keyring: folder.keyring,
    trail,
    clock,
    tables,
    cipher: plan.cipher,
    version: VERSION,
    databaseFile: folder.paths.database(keys.pageGeneration),
  });
  return {
    "backup.make": async (args, progress) => {
      const path = textField(fieldsOf(args), "path");
      const { bytes, manifest } = await backup.make(path, ({ done, total }) => progress({ what: "backup", done, total, unit: "bytes" }));
      const [, size] = manifest.checkpoint.split("\n");
      const data = {
        path,
        bytes,
        madeAt: new Date(manifest.madeAt).toISOString(),
        app: formatId(manifest.appId),
        instance: formatId(manifest.instanceId),
        trailSize: Number(size),
        rows: manifest.counts,
      };
      const lines = [
        `${path} (${formatBytes(bytes)}) holds everything up to ${data.madeAt}.`,
        "It opens with this app's root key, or with the recovery kit alone. Keep it on another machine.",
      ];
      return reply(data, lines);
    },
  };
}
