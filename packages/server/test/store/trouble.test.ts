import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/kit/index.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { numberId, TEST_KEY } from "./fixture.ts";

const PRELOAD_FOLDER = mkdtempSync(join(tmpdir(), "holdfast-preload-"));
const PRELOAD = join(PRELOAD_FOLDER, "fail-fsync.so");
after(() => rmSync(PRELOAD_FOLDER, { recursive: true }));

const CHILD = fileURLToPath(new URL("./trouble-child.ts", import.meta.url));

interface Run {
  readonly file: string;
  readonly script: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The largest file that the child may write, in KiB. */
  readonly fileKib?: number;
}

/** Runs a script of steps, kills the writer at its end, and answers with what each step said. */
async function run({ file, script, env = {}, fileKib }: Run): Promise<readonly string[]> {
  const limit = fileKib === undefined ? "" : `ulimit -f ${fileKib}; `;
  const child = spawn(
    "bash",
    ["-c", `${limit}exec "$0" "$@"`, execPath, "--disallow-code-generation-from-strings", CHILD, file, ...script],
    {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let text = "";
  child.stdout.setEncoding("utf8");
  const closed = once(child.stdout, "close");
  child.stdout.on("data", (chunk: string) => {
    text += chunk;
    if (text.endsWith("end\n")) child.kill("SIGKILL");
  });
  await closed;
  return text.trim().split("\n").slice(0, -1);
}

/** The numbers of the rows that a recovery finds. */
async function recovered(file: string, numbers: readonly number[]): Promise<readonly number[]> {
  await using store = await openSqliteStore({ file, key: TEST_KEY, cipher: "aegis", limits: { scanRowsMax: 1_000 }, clock: systemClock });
  assert.deepEqual(await store.checkIntegrity(), ["ok"]);
  return await store.view(async (view) => {
    const found: number[] = [];
    for (const n of numbers) if ((await view.get("rows", [numberId(n)], ["text"])) !== undefined) found.push(n);
    return found;
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-trouble-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("Holdfast on a disk that fails", () => {
  test("says that it cannot write when the disk is full, reads on, and recovers by itself", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, "data.db");
      const said = await run({ file, script: ["write=1", "fill", "read", "write=2", "read"], fileKib: 3_000 });
      assert.deepEqual(said, ["write=1 ok", "fill store.unavailable after many", "read ok", "write=2 ok", "read ok"]);
      assert.deepEqual(await recovered(file, [1, 2]), [1, 2]);
    });
  });

  describe("when syncing the log fails", { skip: buildPreload() }, () => {
    const preload = (folder: string, trigger: string) => ({
      LD_PRELOAD: PRELOAD,
      FAIL_FSYNC: join(folder, trigger),
    });

    test("never calls a write failed that a recovery would bring to life", async () => {
      await inFolder(async (folder) => {
        const file = join(folder, "data.db");
        const trigger = join(folder, "once");
        const said = await run({ file, script: ["write=1", `break=${trigger}`, "write=2"], env: preload(folder, "once") });
        assert.deepEqual(said, ["write=1 ok", "break= broken", "write=2 store.unavailable"]);
        assert.deepEqual(await recovered(file, [1, 2]), [1]);
      });
    });

    test("says that the outcome is unknown while the disk keeps failing, and goes on when it is mended", async () => {
      await inFolder(async (folder) => {
        const file = join(folder, "data.db");
        const trigger = join(folder, "always");
        const script = ["write=1", `break=${trigger}`, "write=2", "read", `mend=${trigger}`, "write=3"];
        const said = await run({ file, script, env: preload(folder, "always") });
        assert.deepEqual(said, ["write=1 ok", "break= broken", "write=2 store.outcome_unknown", "read ok", "mend= mended", "write=3 ok"]);
        assert.deepEqual(
          (await recovered(file, [1, 2, 3])).filter((n) => n !== 2),
          [1, 3],
        );
      });
    });
  });
});

/** A failing fsync takes a library in front of the C library, and so a compiler; without one the reason is shown. */
function buildPreload(): string | false {
  const source = fileURLToPath(new URL("./fail-fsync.c", import.meta.url));
  const built = spawnSync("cc", ["-shared", "-fPIC", "-o", PRELOAD, source, "-ldl"]);
  return built.status === 0 ? false : "there is no C compiler on this machine";
}
