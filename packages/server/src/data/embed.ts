import { Fault, type Id } from "../kit/index.ts";
import type { RowValues, View } from "../store/contract.ts";
import { asAfter } from "./after-write.ts";
import type { Asked, DataRoom } from "./asked.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { Condition, ReadRequest, Returning, Rows } from "./contract.ts";
import { type Level, planLevel } from "./embed-plan.ts";
import { createEmbedding, type Embedding } from "./embed-rows.ts";
import { answerMembers } from "./members.ts";
import { countPage, countRows, noteMissedLookups, type Page, requireSingle } from "./page.ts";

/**
 * Reads rows together with rows of other collections: one query for each collection and some keys, all in one view. Each collection
 * on the way is read as a plain read of the same caller would: its rules are part of its query.
 */
export async function readEmbedded(room: DataRoom, plan: CollectionPlan, request: ReadRequest, asked: Asked, view: View): Promise<Rows> {
  const level = await planLevel({ room, asked, asAsked: (rule) => Promise.resolve(rule) }, plan, request, undefined);
  const limit = Math.min(request.limit ?? room.limits.rowsPerAnswerMax, room.limits.rowsPerAnswerMax);
  const page: Page = { table: plan.name, where: level.where, order: level.order, limit, offset: request.offset };
  if (request.body === "none") {
    const counted = await countPage(view, page, request.count);
    if (counted.rows === 0 && (counted.total ?? 0) === 0) noteAllMissed(room, asked, level);
    return counted;
  }
  const rows = limit === 0 ? [] : await view.read({ ...page, columns: level.wanted });
  const total = request.count === "none" ? undefined : await countRows(view, page, rows.length);
  const embedding = createEmbedding({ room, asked, view, nulls: request.nulls });
  const printed = await embedding.print(level, rows);
  noteMissed(room, asked, level, embedding);
  return { rows: rows.length, total, json: `[${printed.join(",")}]`, embedded: embedding.rowsRead() };
}

/** The answer of a write, worked out before it is committed, with what is embedded as it is after it. */
export async function presentEmbedded(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  { select = [], embeds, nulls, single }: Returning,
  stored: readonly RowValues[],
  changed: readonly Id[] | undefined,
): Promise<Rows> {
  const asAsked: Parameters<typeof planLevel>[0]["asAsked"] = async (rule) =>
    changed === undefined ? rule : asAfter(room, view, rule, { table: plan.name, rows: stored, changed });
  const level = await planLevel({ room, asked, asAsked }, plan, { select, embeds, where: EVERYTHING, order: [] }, undefined);
  refuseWritten(level, plan);
  const { isMember } = await answerMembers(view, [level.rule], stored);
  const readable = stored.filter((row) => room.passes(level.rule, row, undefined, isMember));
  const embedding = createEmbedding({ room, asked, view, nulls });
  const rows = readable.map((row) => level.columns.map((column) => row[column] ?? null));
  const printed = await embedding.print(level, rows);
  noteMissed(room, asked, level, embedding);
  if (single) requireSingle(printed.length);
  return { rows: printed.length, total: undefined, json: `[${printed.join(",")}]`, embedded: embedding.rowsRead() };
}

const EVERYTHING: Condition = { op: "all", negated: false, of: [] };

/** What this write makes of its own collection is not in the store yet, where embedded rows are read. */
function refuseWritten({ branches }: Level, written: CollectionPlan): void {
  for (const { level } of branches) {
    if (level.source === "rows" && level.plan === written) {
      const hint = "Ask for it with a read after the write.";
      throw new Fault("request.unsupported", "The answer of a write does not embed rows of the collection that is written.", {
        detail: { hint },
      });
    }
    refuseWritten(level, written);
  }
}

/** A look-up that finds nothing is counted, on whatever level. */
function noteMissed(room: DataRoom, asked: Asked, level: Level, embedding: Embedding): void {
  if (level.lookups.length > 0 && !embedding.hasFound(level)) noteMissedLookups(room, asked, level.plan.name, level);
  for (const branch of level.branches) noteMissed(room, asked, branch.level, embedding);
}

function noteAllMissed(room: DataRoom, asked: Asked, level: Level): void {
  if (level.lookups.length > 0) noteMissedLookups(room, asked, level.plan.name, level);
  for (const branch of level.branches) noteAllMissed(room, asked, branch.level);
}
