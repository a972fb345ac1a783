import { Fault } from "../kit/index.ts";
import type { Batch, Decision, Receipt, Store, View } from "./contract.ts";

const TRIES_MAX = 3;
/** Refusals that a fresh look at the rows can mend. */
const WORTH_ANOTHER_TRY: ReadonlySet<string> = new Set(["stale", "expectation"]);

/** Read, decide, commit; no lock is held while `work` runs, so what it has read is expected again by its batch. */
export async function transact<T>(
  store: Pick<Store, "view" | "commit">,
  work: (view: View) => Promise<Decision<T>>,
  refused: (receipt: Receipt & { committed: false }, result: T) => T,
): Promise<T> {
  for (let left = TRIES_MAX; left > 0; left -= 1) {
    const { batch, result } = await store.view(work);
    if (batch === undefined) return result;
    // What tells of a refusal is written once, with the last try.
    const receipt = await store.commit(left === 1 ? batch : withoutOtherwise(batch));
    if (receipt.committed) return result;
    if (WORTH_ANOTHER_TRY.has(receipt.because)) continue;
    if (left > 1 && batch.otherwise !== undefined) await store.commit({ steps: batch.otherwise });
    return refused(receipt, result);
  }
  throw new Fault("data.conflict", "Others kept changing the same rows. Look again and try once more.");
}

function withoutOtherwise({ steps }: Batch): Batch {
  return { steps };
}
