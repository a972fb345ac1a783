/** A writer that meets a failing disk. Prints one line for each step of its script and waits to be killed. */
import { rmSync, writeFileSync, writeSync } from "node:fs";
import { argv } from "node:process";
import { isFault, systemClock } from "../../src/kit/index.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { KILL_TABLES, numberId, TEST_KEY } from "./fixture.ts";

const [, , file = "", ...script] = argv;

const store = await openSqliteStore({ file, key: TEST_KEY, cipher: "aegis", limits: { scanRowsMax: 1_000 }, clock: systemClock });
await store.migrate({ tables: KILL_TABLES });

async function attempt(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "ok";
  } catch (error) {
    return isFault(error) ? error.code : String(error);
  }
}

const insert = (n: number) => store.commit({ steps: [{ do: "insert", table: "rows", row: { id: numberId(n), text: `row ${n}` } }] });
const words: Readonly<Record<string, (argument: string) => Promise<string>>> = {
  write: (n) => attempt(() => insert(Number(n))),
  read: () => attempt(() => store.view((view) => view.get("rows", [numberId(1)], ["text"]))),
  break: async (trigger) => {
    writeFileSync(trigger, "");
    return "broken";
  },
  mend: async (trigger) => {
    rmSync(trigger);
    return "mended";
  },
  /** Writes the same row over and over until the disk is full: the log grows, the database does not. */
  fill: async () => {
    for (let version = 2; ; version += 1) {
      const step = {
        do: "update",
        table: "rows",
        key: [numberId(1)],
        version: version - 1,
        set: { text: "x".repeat(20_000) + version },
      } as const;
      const said = await attempt(() => store.commit({ steps: [step] }));
      if (said !== "ok") return `${said} after ${version > 10 ? "many" : version}`;
    }
  },
};

for (const step of script) {
  const [word = "", argument = ""] = step.split("=");
  writeSync(1, `${step.split("/")[0]} ${await words[word]?.(argument)}\n`);
}
writeSync(1, "end\n");
setInterval(() => undefined, 60_000);
