import { changesTable } from "../change.ts";
import { columnSql, readTables, tableSql } from "./catalog.ts";
import type { Connection } from "./driver.ts";
import { slotList } from "./filter.ts";
import type { Outbox } from "./work.ts";

/** Where change records go in this database; `undefined` before its first migration. */
export function outboxOf(connection: Connection): Outbox | undefined {
  const table = readTables(connection).find(({ name }) => name === changesTable.name);
  if (table === undefined) return undefined;
  const columns = changesTable.columns.map(({ name }) => columnSql(table.columns.find((column) => column.name === name)?.id ?? 0));
  return { table: table.id, sql: `INSERT INTO ${tableSql(table.id)} (p,n,${columns.join(",")}) VALUES (?,?,${slotList(columns.length)})` };
}
