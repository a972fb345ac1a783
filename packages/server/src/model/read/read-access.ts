import type { Collection, Field } from "../plan.ts";
import { depthOf, sizeOf } from "../record/draft.ts";
import { createRecorder, type Recorder } from "../record/record-access.ts";
import { NEVER, type Rule } from "../rule.ts";
import { isRecord, saidBy } from "../words/brand.ts";
import { checkRule } from "./check-rule.ts";
import type { Place } from "./place.ts";
import type { CollectionShape, RuleContext } from "./rule-context.ts";
import { part, readRecord, readShape } from "./shape.ts";

export interface ReadAccess {
  readonly rules: Collection["access"];
  readonly fields: ReadonlyMap<string, Pick<Field, "read" | "write">>;
}

/** What is the same for all collections of a plan. */
export type AccessKnows = Pick<RuleContext, "shapes" | "roles" | "scopes" | "resolve">;

/** A rule becomes part of every query, beside what the request asks: both must fit into what a store takes. */
const CONDITIONS_MAX = 100;
const DEPTH_MAX = 12;

const NOTHING: ReadAccess = { rules: { read: NEVER, create: NEVER, updateOld: NEVER, updateNew: NEVER, delete: NEVER }, fields: new Map() };
const untouched = part<unknown>((input) => input, undefined);

/** Calls the `access` callback once, and checks the rules that it makes. */
export function readAccess(callback: unknown, place: Place, shape: CollectionShape, knows: AccessKnows): ReadAccess {
  if (callback === undefined) return NOTHING;
  const recorder = createRecorder();
  const made = callCallback(callback, recorder, place);
  if (made === undefined) return NOTHING;
  const written = readShape(made, place, { read: untouched, create: untouched, update: untouched, delete: untouched, fields: untouched });

  function rule(input: unknown, at: Place, mayAskUnchanged = false): Rule {
    const context: RuleContext = { ...knows, place: at, scope: recorder.row, collection: shape, mayAskUnchanged, depth: 0 };
    if (input === undefined) return NEVER;
    const draft = recorder.take(input);
    if (sizeOf(draft) > CONDITIONS_MAX || depthOf(draft) > DEPTH_MAX) {
      at.problem(`Write the rule with at most ${CONDITIONS_MAX} conditions, at most ${DEPTH_MAX} inside one another.`);
      return NEVER;
    }
    return checkRule(draft, context);
  }

  const update = readUpdate(written.update, place.at("update"));
  const rules = {
    read: rule(written.read, place.at("read")),
    create: rule(written.create, place.at("create")),
    updateOld: rule(update.old.input, update.old.place),
    updateNew: rule(update.new.input, update.new.place, update.new.place !== update.old.place),
    delete: rule(written.delete, place.at("delete")),
  };
  const fields = readFieldRules(written.fields, place.at("fields"), shape, rule);
  tellUnused(recorder, place);
  return { rules, fields };
}

function callCallback(callback: unknown, recorder: Recorder, place: Place): unknown {
  if (typeof callback !== "function")
    return place.problem("Write a function that gets the words and returns the rules: ({ row, actor }) => ({ read: … }).");
  try {
    const made: unknown = callback(recorder.words);
    if (made instanceof Promise) return place.problem("Write a function that is not async: rules are data, and wait for nothing.");
    return isRecord(made) && saidBy(made) === undefined
      ? made
      : place.problem("Return an object of rules: ({ row, actor }) => ({ read: … }).");
  } catch (error) {
    return place.problem(`The function threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Written {
  readonly input: unknown;
  readonly place: Place;
}

function readUpdate(input: unknown, place: Place): { readonly old: Written; readonly new: Written } {
  if (input === undefined || saidBy(input) !== undefined || !isRecord(input)) return { old: { input, place }, new: { input, place } };
  const written = readShape(input, place, { old: untouched, new: untouched });
  for (const key of ["old", "new"] as const) {
    if (written[key] === undefined)
      place.problem(
        `Say what the row must be ${key === "old" ? "before" : "after"} the change, too: { old: …, new: … }. Without it nobody may update.`,
      );
  }
  return { old: { input: written.old, place: place.at("old") }, new: { input: written.new, place: place.at("new") } };
}

function readFieldRules(
  input: unknown,
  place: Place,
  shape: CollectionShape,
  rule: (input: unknown, at: Place) => Rule,
): ReadAccess["fields"] {
  const rules = new Map<string, Pick<Field, "read" | "write">>();
  for (const [name, written] of Object.entries(readRecord(input, place))) {
    const at = place.at(name);
    const field = shape.fields.get(name);
    if (field === undefined || field.system) {
      at.problem(field === undefined ? `There is no field "${name}".` : `"${name}" is kept by the server and needs no rule.`);
      continue;
    }
    const { read, write } = readShape(written, at, { read: untouched, write: untouched });
    rules.set(name, {
      read: read === undefined ? undefined : rule(read, at.at("read")),
      write: write === undefined ? undefined : rule(write, at.at("write")),
    });
  }
  return rules;
}

function tellUnused(recorder: Recorder, place: Place): void {
  const unused = recorder.unused();
  if (unused === 0) return;
  place.problem(
    `${unused === 1 ? "One condition was" : `${unused} conditions were`} written and not used: && and || do not work on conditions, write all(…) and any(…).`,
  );
}
