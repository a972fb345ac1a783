import { type BodyPlan, planBody } from "../body/index.ts";
import { type RequestHead, readTarget } from "../http/index.ts";
import { createBudget } from "./budget.ts";
import type { Collections } from "./collections.ts";
import type { OpenOptions } from "./contract.ts";
import type { Entry } from "./entry.ts";
import type { Preamble } from "./preamble.ts";
import { NO_SEVERITY, type Program } from "./program.ts";
import { createRemovals } from "./removals.ts";
import type { Controls, State } from "./state.ts";
import { createTx } from "./tx.ts";
import { VARIABLES } from "./variables/index.ts";

export interface StateNeeds {
  readonly program: Program;
  readonly collections: Collections;
  readonly head: RequestHead;
  readonly id: string;
  readonly now: () => number;
  readonly stepsMax: number;
  readonly options: OpenOptions;
  readonly preamble: Preamble | undefined;
}

/** The state of a request of which only the head is known. */
export function createState({ program, collections, head, id, now, stepsMax, options, preamble }: StateNeeds): State {
  const { settings } = program;
  const budget = createBudget(stepsMax);
  const lists = new Map<string, readonly Entry[]>();
  const plan = planBody(head.headers);
  const captured: (string | undefined)[] = [];
  const state: State = {
    id,
    settings,
    now,
    budget,
    head,
    captured,
    stepsMax,
    startedAtMs: now(),
    values: program.openValues(budget),
    target: readTarget(head.target, head.method, { separator: settings.argumentSeparator, argumentsMax: settings.argumentsMax }),
    plan,
    controls: controlsOf(program, plan),
    tx: createTx(program.names, preamble?.held),
    start: preamble?.start ?? 0,
    plainTrial: { capture: () => undefined, spend: budget.spend, place: (facts) => Object.assign(state, { geo: facts }) },
    capturingTrial: {
      place: (facts) => Object.assign(state, { geo: facts }),
      capture(index, text) {
        captured[index] = text;
      },
      spend: budget.spend,
    },
    collections: new Map(),
    openCollection: collections.open,
    removals: createRemovals(),
    masks: undefined,
    environment: new Map(),
    trace: options.trace,
    list: (name) => readList(name, lists, state),
    forget(since) {
      for (const name of lists.keys()) if (VARIABLES.get(name)?.since === since) lists.delete(name);
      for (const number of program.classesSince[since]) state.classes[number] = undefined;
    },
    classes: new Array<readonly Entry[] | undefined>(program.classes.length).fill(undefined),
    marks: new Array<Uint32Array | undefined>(program.classes.length).fill(undefined),
    notes: preamble === undefined ? [] : preamble.notes.slice(),
    bodyBytes: 0,
    bodyFacts: undefined,
    isBodyCut: false,
    response: undefined,
    refusedStatus: undefined,
    responseText: "",
    isResponseCut: false,
    rule: undefined,
    matched: preamble?.matched ?? [],
    hasFreshMatch: false,
    matchedBefore: 0,
    highestSeverity: NO_SEVERITY,
    geo: {},
    userId: "",
    sessionId: "",
    resource: "",
  };
  return state;
}

function readList(name: string, lists: Map<string, readonly Entry[]>, state: State): readonly Entry[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  const variable = VARIABLES.get(name);
  if (variable === undefined) throw new Error(`There is no variable ${name}.`);
  const entries = variable.read(state);
  if (variable.since !== "always") lists.set(name, entries);
  return entries;
}

function controlsOf({ settings }: Program, plan: BodyPlan): Controls {
  const processor = plan.processor;
  return {
    engine: settings.engine,
    requestBodyAccess: settings.requestBodyAccess,
    responseBodyAccess: settings.responseBodyAccess,
    requestBodyBytesMax: settings.requestBodyBytesMax,
    responseBodyBytesMax: settings.responseBodyBytesMax,
    bodyProcessor: processor === "NONE" ? undefined : processor,
    forceRequestBodyVariable: false,
    xmlArguments: settings.xmlArguments,
  };
}
