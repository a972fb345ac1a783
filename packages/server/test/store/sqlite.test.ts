import assert from "node:assert/strict";
import { test } from "node:test";
import { openTestStore } from "./fixture.ts";

test("smoke", async () => {
  await using fixture = await openTestStore([
    {
      name: "things",
      kind: "rows",
      key: ["id"],
      columns: [
        { name: "id", type: "blob", nullable: false },
        { name: "name", type: "text", nullable: true },
      ],
      indexes: [{ columns: ["name"], unique: true }],
      changes: true,
    },
    { name: "log", kind: "log", key: [], columns: [{ name: "text", type: "text", nullable: false }], indexes: [], changes: false },
  ]);
  const { store, report } = fixture;
  const id = new Uint8Array(16).fill(1);
    await store.commit({
      steps: [
        { do: "insert", table: "things", row: { id, name: "a" } },
        { do: "append", table: "log", row: { text: "x" } },
      ],
    }),
  );
    await store.commit({
      steps: [{ do: "insert", table: "things", row: { id: new Uint8Array(16), name: "a" } }],
      otherwise: [{ do: "append", table: "log", row: { text: "no" } }],
    }),
  );
    await store.view(async (view) => [
      await view.get("things", [id], ["id", "name", "row_version"]),
      await view.read({ table: "things", columns: ["id"], where: { op: "all", of: [] } }),
      await view.count({ table: "things", where: { op: "all", of: [] } }),
    ]),
  );
  let bytes = 0;
  for await (const chunk of store.snapshot()) bytes += chunk.length;
  assert.ok(bytes > 0);
});
