import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Batch, Step, Store, View } from "./contract.ts";

/** What a narrowed view was made from, so that another room can be shown the same moment. */
const wholeViews = new WeakMap<View, View>();

export function wholeView(view: View): View {
  return wholeViews.get(view) ?? view;
}

/** A view of a store that refuses the tables of other rooms, also those named deep inside a filter or a batch. */
export function narrow(store: Store, tables: readonly string[]): Store {
  const allowed: ReadonlySet<string> = new Set(tables);

  const check = (table: string): void => {
    if (!allowed.has(table)) throw new Fault("internal", `A room asked for the table ${table}, which is another room's.`);
  };
  const checkFilter = (filter: Filter): void => {
    if (filter.op === "all" || filter.op === "any") {
      for (const part of filter.of) checkFilter(part);
    } else if (filter.op === "member") {
      check(filter.table);
      checkFilter(filter.where);
    }
  };
  const checkSteps = (steps: readonly Step[]): void => {
    for (const step of steps) {
      check(step.table);
      if (step.do === "clear" || step.do === "expect") checkFilter(step.where);
    }
  };
  const checkBatch = (batch: Batch): Batch => {
    checkSteps(batch.steps);
    checkSteps(batch.otherwise ?? []);
    return batch;
  };
  /** One per view, so that whoever keeps things per View finds them again. */
  const narrowedViews = new WeakMap<View, View>();
  const narrowView = (view: View): View => {
    const known = narrowedViews.get(view);
    if (known !== undefined) return known;
    const narrowed: View = {
      async read(query) {
        check(query.table);
        checkFilter(query.where);
        return view.read(query);
      },
      async get(table, key, columns) {
        check(table);
        return view.get(table, key, columns);
      },
      async count(query) {
        check(query.table);
        checkFilter(query.where);
        return view.count(query);
      },
    };
    narrowedViews.set(view, narrowed);
    wholeViews.set(narrowed, view);
    return narrowed;
  };
  const wholeHouse = (what: string) => (): never => {
    throw new Fault("internal", `A room asked for ${what}, which is the whole house's.`);
  };

  return {
    view: (work) => store.view((view) => work(narrowView(view))),
    within: (view) => narrowView(wholeView(view)),
    commit: async (batch) => store.commit(checkBatch(batch)),
    transact: (work, refused) =>
      store.transact(async (view) => {
        const decision = await work(narrowView(view));
        if (decision.batch !== undefined) checkBatch(decision.batch);
        return decision;
      }, refused),
    feed(table, columns, after, signal) {
      check(table);
      return store.feed(table, columns, after, signal);
    },
    async trim(table, upTo) {
      check(table);
      return store.trim(table, upTo);
    },
    migrate: wholeHouse("a migration"),
    snapshot: wholeHouse("a snapshot"),
    checkIntegrity: wholeHouse("an integrity check"),
    only(fewer) {
      for (const table of fewer) check(table);
      return narrow(store, fewer);
    },
    // The one who opened the store closes it.
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
