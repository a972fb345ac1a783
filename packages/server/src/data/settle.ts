import { Fault } from "../kit/index.ts";
import type { Decision, Receipt, Step, View } from "../store/contract.ts";
import { type Asked, about, type DataRoom } from "./asked.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { Asker, Written } from "./contract.ts";
import { missingReference } from "./references.ts";

export type Refusal = Receipt & { readonly committed: false };

/** What one try has decided: the steps to commit, and the answer that holds when they are. */
export interface Decided {
  readonly steps: readonly Step[];
  readonly written: Written;
}

export interface Settled {
  readonly asked: Asked;
  readonly decided: Decided;
  /** Why the store refused, where it did: the rows that are there stand against it, and trying again would not help. */
  readonly refusal: Refusal | undefined;
}

/** Reads, decides and commits; the caller is asked for again in each try's snapshot. */
export function settle(room: DataRoom, asker: Asker, decide: (asked: Asked, view: View) => Promise<Decided>): Promise<Settled> {
  return room.store.transact<Settled>(
    async (view): Promise<Decision<Settled>> => {
      const asked: Asked = { id: asker.id, address: asker.address, actor: await asker.actorIn(view) };
      const decided = await decide(asked, view);
      const result: Settled = { asked, decided, refusal: undefined };
      return decided.steps.length === 0 ? { result } : { batch: { steps: decided.steps }, result };
    },
    (refusal, result) => ({ ...result, refusal }),
  );
}

/** Words a refusal without a value or a row in it. A unique rule that reveals is told to the trail: each refusal is an answer to a guess. */
export function refusalFault(room: DataRoom, plan: CollectionPlan, { asked, decided }: Settled, refusal: Refusal): Fault {
  if (refusal.because === "reference") return missingReference(undefined);
  const step = decided.steps[refusal.step];
  const isOwn = step !== undefined && "table" in step && step.table === plan.name;
  if (refusal.because !== "taken" || !isOwn || refusal.columns.length === 0) {
    return new Fault("data.conflict", "A row with this key is there already, or changed meanwhile.", { detail: { because: "taken" } });
  }
  const fields = fieldsOf(plan, refusal.columns);
  const reveals = plan.collection.uniques.some((unique) => unique.reveals && unique.fields.join() === fields.join());
  room.trail.note({
    kind: "unique.refused",
    ...about(room, asked),
    collection: plan.name,
    fields: fields.join(","),
    reveals: reveals ? "yes" : "no",
  });
  return new Fault("data.conflict", "A value that must be unique is taken.", { detail: { because: "taken", fields } });
}

/** A blind index goes by the name of its field. */
function fieldsOf(plan: CollectionPlan, columns: readonly string[]): readonly string[] {
  const names = columns.map(
    (column) => [...plan.fields.values()].find(({ lookups }) => lookups.some((lookup) => lookup.column === column))?.name ?? column,
  );
  return [...new Set(names)];
}
