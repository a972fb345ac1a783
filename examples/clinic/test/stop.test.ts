import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { startServer } from "./server.ts";

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`Holdfast stops in order when one ${signal} reaches it three times, as from a group and those above it`, async () => {
    await using server = await startServer();
    const ended = once(server.process, "exit");
    for (let time = 0; time < 3; time++) {
      server.process.kill(signal);
      // Signals that wait together are one: each is let through before the next.
      await new Promise((wake) => setTimeout(wake, 1));
    }
    assert.deepEqual(await ended, [0, null], server.output());
    const shown = server.command("trail", "show") as { entries: readonly { kind: string }[] };
    assert.match(JSON.stringify(shown), new RegExp(`server\\.stopped.*${signal}`));
  });
}
