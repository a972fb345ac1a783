import type { View } from "../store/contract.ts";
import type { Asked, DataRoom } from "./asked.ts";
import { stepsOf } from "./changes.ts";
import { type CollectionPlan, requireCollection } from "./collection-plan.ts";
import type { Asker, DeleteRequest, Written } from "./contract.ts";
import { findRows } from "./found.ts";
import { presentWritten } from "./returned.ts";
import { type Decided, refusalFault, settle } from "./settle.ts";
import { inSlices } from "./slices.ts";

export async function deleteRows(room: DataRoom, request: DeleteRequest, asker: Asker): Promise<Written> {
  const plan = requireCollection(room.plans, request.collection);
  const settled = await settle(room, asker, (asked, view) => decideDelete(room, plan, request, asked, view));
  if (settled.refusal !== undefined) throw refusalFault(room, plan, settled, settled.refusal);
  return settled.decided.written;
}

async function decideDelete(room: DataRoom, plan: CollectionPlan, request: DeleteRequest, asked: Asked, view: View): Promise<Decided> {
  const { rows, expectations } = await findRows(room, plan, asked, view, "delete", request);
  const returned = await presentWritten(
    room,
    plan,
    asked,
    view,
    request.returning,
    rows.map(({ stored }) => stored),
    undefined,
  );
  const steps = await inSlices(rows, (before) => stepsOf(room, plan, asked, { action: "delete", id: before.id, before }));
  return {
    steps: rows.length === 0 ? [] : [...expectations, ...steps.flat()],
    written: { affected: rows.length, inserted: 0, ids: rows.map(({ id }) => id), returned },
  };
}
