/** A writer to be killed: commits in groups for ever and prints the number of each batch once it is acknowledged. */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/kit/index.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { KILL_TABLES, numberId, TEST_KEY } from "./fixture.ts";

const CLIENTS = 16;
const [, , file = "", first = "0"] = argv;

const store = await openSqliteStore({ file, key: TEST_KEY, cipher: "aegis", limits: { scanRowsMax: 1_000 }, clock: systemClock });
await store.migrate({ tables: KILL_TABLES });
let next = Number(first);
await Promise.all(
  Array.from({ length: CLIENTS }, async () => {
    for (;;) {
      const n = next;
      next += 1;
      const receipt = await store.commit({
        steps: [
          { do: "insert", table: "rows", row: { id: numberId(n), text: `row ${n}` } },
          { do: "append", table: "log", row: { number: n } },
        ],
      });
      if (receipt.committed) await print(`${n} ${receipt.position}\n`);
    }
  }),
);

/** At once, and whole: what is printed has been acknowledged. */
async function print(line: string): Promise<void> {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      // The pipe is full for a moment.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      await sleep(1);
    }
  }
}
