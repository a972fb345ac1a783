import { ACTIONS } from "../model/index.ts";
import type { Extent, FieldExtent, WhoCanRow } from "./who-can.ts";

/** "ALL" is written so that it is seen; nothing is a dash, so that the eye finds the rest. */
const WORDS: Readonly<Record<Extent, string>> = { none: "-", some: "some", tenant: "tenant", all: "ALL" };
const GAP = "  ";

/** The matrix as text for people: one table for each collection. */
export function printWhoCan(rows: readonly WhoCanRow[]): string {
  const collections = [...new Set(rows.map(({ collection }) => collection))];
  const tables = collections.map((collection) =>
    printTable(
      collection,
      rows.filter((row) => row.collection === collection),
    ),
  );
  return `${tables.join("\n\n")}\n`;
}

function printTable(collection: string, rows: readonly WhoCanRow[]): string {
  const head = [collection, ...ACTIONS];
  const body = rows.flatMap((row) => [
    [row.who, ...ACTIONS.map((action) => WORDS[row[action]])],
    ...(touchesRows(row) ? row.fields.map(fieldLine) : []),
  ]);
  const lines = [head, ...body];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** Of rows that are closed, no field needs a line. */
function touchesRows(row: WhoCanRow): boolean {
  return row.read !== "none" || row.create !== "none" || row.update !== "none";
}

/** Under the one who may: `read` in the read column, `write` in the create and update columns; a row is deleted whole. */
function fieldLine({ field, read, write }: FieldExtent): readonly string[] {
  return [`  .${field}`, WORDS[read], WORDS[write], WORDS[write], ""];
}
