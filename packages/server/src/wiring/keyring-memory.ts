import { Fault } from "../kit/index.ts";
import type { Table } from "../model/index.ts";
import type { Store } from "../store/index.ts";

const TABLE = "app.keyring";
const NAME = "sequence";

/** How often the keyring had changed when it was last seen, kept where an older keyring file cannot change it. */
export const keyringMemoryTable: Table = {
  name: TABLE,
  kind: "rows",
  key: ["name"],
  columns: [
    { name: "name", type: "text", nullable: false },
    { name: "sequence", type: "integer", nullable: false },
  ],
  indexes: [],
  changes: false,
};

/** Fault `vault.refused` for a keyring that is older than the one last in use: it may hold keys that were let go since. */
export async function refuseOldKeyring(store: Store, sequence: number): Promise<void> {
  const known = await store.view((view) => view.get(TABLE, [NAME], ["sequence", "row_version"]));
  if (known === undefined) {
    await store.commit({ steps: [{ do: "insert", table: TABLE, row: { name: NAME, sequence } }] });
    return;
  }
  const [last, version] = known.map(Number);
  if (last !== undefined && sequence < last) {
    throw new Fault(
      "vault.refused",
      "This keyring is older than the one that was last in use. Put the newest one back. Nothing was changed.",
    );
  }
  if (sequence === last || version === undefined) return;
  await store.commit({ steps: [{ do: "update", table: TABLE, key: [NAME], version, set: { sequence } }] });
}
