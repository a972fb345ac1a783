import type { Collection, Field, Unique } from "../plan.ts";
import { isRecord, saidBy } from "../words/brand.ts";
import { readName } from "./names.ts";
import type { Place } from "./place.ts";
import { type AccessKnows, readAccess } from "./read-access.ts";
import { bareField, type ReadField, type Resolve, readField } from "./read-field.ts";
import { checkReveals, fixedBy, readIndexes, readUniques } from "./read-uniques.ts";
import type { CollectionShape } from "./rule-context.ts";
import { part, readRecord, readShape } from "./shape.ts";

const FIELDS_MAX = 200;
const untouched = part<unknown>((input) => input, undefined);

/** A collection whose fields are read; its rules wait until all collections are known. */
export interface ReadCollection {
  readonly shape: CollectionShape;
  readonly was: string | undefined;
  readonly tenant: boolean;
  readonly own: readonly ReadField[];
  readonly options: { readonly indexes: unknown; readonly uniques: unknown; readonly subject: unknown; readonly access: unknown };
  readonly place: Place;
}

export function readCollection(name: string, input: unknown, place: Place, resolve: Resolve): ReadCollection | undefined {
  const said = saidBy(input);
  if (said?.["word"] !== "collection") return place.problem("Write a collection here: collection({ fields: { … }, access: … }).");
  const parts = { fields: untouched, indexes: untouched, uniques: untouched, subject: untouched, access: untouched };
  const options = readShape(said["options"], place, parts);
  const tenant = said["tenant"] === true;
  const own = readFields(options.fields, place.at("fields"), resolve);
  const was = said["was"] === undefined ? undefined : readName(said["was"], place.at("was"), "collection");
  if (was === name) place.problem("Leave .was() out: it names the collection itself.");
  const fields = [system("id", "id"), ...own.map(({ field }) => field), ...(tenant ? [system("tenant", "id")] : []), ...TIMES];
  return { shape: { name, fields: new Map(fields.map((field) => [field.name, field])) }, was, tenant, own, options, place };
}

function system(name: string, kind: Field["kind"]): Field {
  return { ...bareField(name, kind), system: true, required: true };
}

const TIMES: readonly Field[] = [system("created_at", "dateTime"), system("updated_at", "dateTime")];

function readFields(input: unknown, place: Place, resolve: Resolve): readonly ReadField[] {
  const entries = Object.entries(readRecord(input, place));
  if (entries.length === 0 || entries.length > FIELDS_MAX) place.problem(`Write between 1 and ${FIELDS_MAX} fields: { title: text() }.`);
  const fields = entries.flatMap(([name, word]) => {
    const at = place.at(name);
    readName(name, at, "field");
    return readField(name, word, at, resolve) ?? [];
  });
  for (const { field } of fields) tellTakenRename(field, fields, place.at(field.name));
  return fields;
}

function tellTakenRename({ name, was }: Field, fields: readonly ReadField[], place: Place): void {
  const takes = ({ field }: ReadField): boolean => field.name !== name && (field.name === was || field.was === was);
  if (was !== undefined && was !== name && fields.some(takes))
    place.problem(`"${was}" cannot be the old name: another field has it or had it.`);
}

/** The finished collection, once it is known which collections there are. */
export function finishCollection(read: ReadCollection, knows: AccessKnows): Collection {
  const { shape, place, options, tenant } = read;
  const access = readAccess(options.access, place.at("access"), shape, knows);
  const subject = readSubject(options.subject, place.at("subject"), shape);
  const fields = [...shape.fields.values()].map((field): Field => {
    // The rows are about the account: they go with it, whatever else a ref would do.
    const erase = field.name === subject ? "remove" : field.erase;
    return { ...field, ...access.fields.get(field.name), erase };
  });
  const uniques = readAllUniques(read, fixedBy(access.rules.create));
  const indexes = readIndexes(options.indexes, place.at("indexes"), shape.fields);
  return {
    name: shape.name,
    was: read.was,
    fields,
    indexes: withNeeded(
      indexes.map((names) => underTenant(names, tenant)),
      uniques,
      fields,
      tenant,
    ),
    uniques,
    tenant,
    subject,
    access: access.rules,
  };
}

function readAllUniques({ own, options, place, shape, tenant }: ReadCollection, fixed: ReadonlySet<string>): readonly Unique[] {
  const ofFields = own.flatMap(({ field, unique }) => {
    if (unique === undefined) return [];
    const at = place.at("fields").at(field.name).at("unique");
    const [read] = readUniques([[field.name]], at, shape.fields);
    return read === undefined ? [] : [{ unique: { ...read, reveals: unique.reveals }, at }];
  });
  const at = place.at("uniques");
  const combined = readUniques(options.uniques, at, shape.fields).map((unique) => ({ unique, at }));
  return [...ofFields, ...combined].map(({ unique, at: told }) => {
    const whole = { fields: underTenant(unique.fields, tenant), reveals: unique.reveals };
    checkReveals(whole, fixed, told);
    return whole;
  });
}

/** In a tenant's collection every question is asked within the tenant, so every key begins with it. */
function underTenant(names: readonly string[], tenant: boolean): readonly string[] {
  return tenant && !names.includes("tenant") ? ["tenant", ...names] : names;
}

/** Refs are asked for whenever the row that they name is deleted, and by most rules: each has an index, said or not. */
function withNeeded(
  said: Collection["indexes"],
  uniques: readonly Unique[],
  fields: readonly Field[],
  tenant: boolean,
): Collection["indexes"] {
  const firsts = new Set([...said, ...uniques.map(({ fields: names }) => names)].map(([first]) => first));
  const needed = [...fields.filter(({ kind }) => kind === "ref").map(({ name }) => name), ...(tenant ? ["tenant"] : [])];
  return [...said, ...needed.filter((name) => !firsts.has(name)).map((name) => [name])];
}

function readSubject(input: unknown, place: Place, { fields }: CollectionShape): string | undefined {
  if (input === undefined) return undefined;
  const field = typeof input === "string" ? fields.get(input) : undefined;
  return field?.ref === "accounts"
    ? field.name
    : place.problem("Name a ref(accounts) field of this collection: the account that the rows are about.");
}

/** Whose collection word it is that a ref or an exists means: by the word itself, by `accounts`, or by its name. */
export function createResolve(collections: unknown): Resolve {
  const entries = isRecord(collections) ? Object.entries(collections) : [];
  return (target, place) => {
    if (saidBy(target)?.["word"] === "accounts") return "accounts";
    const found = entries.find(([name, word]) =>
      typeof target === "string" ? name === target : word === target && saidBy(word) !== undefined,
    );
    if (found !== undefined) return found[0];
    const named = typeof target === "string" ? `"${target}"` : "This collection";
    return place.problem(
      `${named} is not among the collections of the plan: ${entries.map(([name]) => name).join(", ")}. After .tenant() or .was(), use what they return.`,
    );
  };
}
