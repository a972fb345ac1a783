import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Agreement from "./agreement.ts";
import { openWorld } from "./agreement.ts";

/** One mistake that somebody could make in the compiler or in an evaluator. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MUTANTS: readonly Mutant[] = [
  { name: "forgets that not() turns all into any", file: "src/access/compile.ts", from: "(site.wanted ? allOf : anyOf)", to: "allOf" },
  { name: "forgets that not() turns any into all", file: "src/access/compile.ts", from: "(site.wanted ? anyOf : allOf)", to: "anyOf" },
  { name: "drops not()", file: "src/access/compile.ts", from: "wanted: !site.wanted })", to: "wanted: site.wanted })" },
  {
    name: "lets a session pass whose factor is too old",
    file: "src/access/compile.ts",
    from: "now - mfaAt <= ms",
    to: "now - mfaAt <= ms + 1",
  },
  { name: "believes a factor from the future", file: "src/access/compile.ts", from: "mfaAt <= now && ", to: "" },
  {
    name: "counts a neutral part as deciding",
    file: "src/access/compile.ts",
    from: "if (tree === neutral) continue;",
    to: "if (tree === neutral) return neutral;",
  },
  {
    name: "lets an actor without an id match",
    file: "src/access/compile-compare.ts",
    from: "const withNull = site.wanted ? NO_ROW : EVERY_ROW;",
    to: "const withNull = EVERY_ROW;",
  },
  {
    name: "forgets the null under not()",
    file: "src/access/compile-compare.ts",
    from: "const withNull = site.wanted ? NO_ROW : EVERY_ROW;",
    to: "const withNull = NO_ROW;",
  },
  {
    name: "ignores not() in a comparison with the actor",
    file: "src/access/compile-compare.ts",
    from: "const sense = senseOf(site);\n  const withNull",
    to: 'const sense = "is";\n  const withNull',
  },
  {
    name: "negates inside a ref instead of around it",
    file: "src/access/compile-compare.ts",
    from: "{ ...site, wanted: true, collection,",
    to: "{ ...site, wanted: site.wanted, collection,",
  },
  {
    name: "turns isNull around",
    file: "src/access/compile-compare.ts",
    from: 'inner.wanted ? "isNot" : "is"',
    to: 'inner.wanted ? "is" : "isNot"',
  },
  {
    name: "ignores not() around exists",
    file: "src/access/member.ts",
    from: 'const sense = wanted ? "is" : "isNotTrue";',
    to: 'const sense = "is";',
  },
  {
    name: "lets nobody belong where nobody can be looked for, under not()",
    file: "src/access/member.ts",
    from: "return wanted ? NO_ROW : EVERY_ROW;",
    to: "return NO_ROW;",
  },
  {
    name: "looks into rows of other tenants",
    file: "src/access/member.ts",
    from: "site.isTenant(collection) ? withinTenant(where) : where",
    to: "where",
  },
  {
    name: "forgets the tenant of the old row",
    file: "src/access/create-access.ts",
    from: "tenant && rules.old !== UNASKED ? withinTenant<never>(old) : old",
    to: "old",
  },
  {
    name: "forgets the tenant of the new row",
    file: "src/access/create-access.ts",
    from: "tenant && rules.new !== UNASKED ? withinTenant(after) : after",
    to: "after",
  },
  {
    name: "lets a secret key past its scopes",
    file: "src/access/create-access.ts",
    from: 'actor.kind === "service" && !holdsScope',
    to: "false && !holdsScope",
  },
  {
    name: "lets a session in that still owes its factor",
    file: "src/access/create-access.ts",
    from: "actor.unfinished ? REFUSED",
    to: "false ? REFUSED",
  },
  {
    name: "says rule where a factor would help",
    file: "src/access/create-access.ts",
    from: ".allow ? STEP_UP : REFUSED",
    to: ".allow ? REFUSED : REFUSED",
  },
  {
    name: "asks the read rule for deletes",
    file: "src/access/create-access.ts",
    from: "({ old: access.delete, new: UNASKED })",
    to: "({ old: access.read, new: UNASKED })",
  },
  {
    name: "asks the old rule of the new row",
    file: "src/access/create-access.ts",
    from: "({ old: updateOld, new: updateNew })",
    to: "({ old: updateOld, new: updateOld })",
  },
  {
    name: "takes the unknown for true in memory",
    file: "src/access/passes.ts",
    from: "is: (truth) => truth === true",
    to: "is: (truth) => truth !== false",
  },
  {
    name: "takes the unknown for true under not, in memory",
    file: "src/access/passes.ts",
    from: "isNotTrue: (truth) => truth !== true",
    to: "isNotTrue: (truth) => truth === false",
  },
  {
    name: "takes lt for lte in memory",
    file: "src/access/passes.ts",
    from: "lt: (a, b) => compareValues(a, b) < 0",
    to: "lt: (a, b) => compareValues(a, b) <= 0",
  },
  { name: "takes some for every in memory", file: "src/access/passes.ts", from: "check.of.every(", to: "check.of.some(" },
  {
    name: "finds the unknown in an empty list, in memory",
    file: "src/access/passes.ts",
    from: "if (values.length === 0) return false;",
    to: "",
  },
  { name: "takes null for unchanged whatever it was", file: "src/access/passes.ts", from: "return now === then;", to: "return true;" },
  { name: "orders text by UTF-16", file: "src/model/compare.ts", from: "unit + UNIT_SPAN : unit", to: "unit : unit" },
  { name: "swaps AND and OR in SQL", file: "src/store/sqlite/filter.ts", from: 'TRUE, word: " OR "', to: 'TRUE, word: " AND "' },
  { name: "takes lt for lte in SQL", file: "src/store/sqlite/filter.ts", from: 'lt: "<", lte', to: 'lt: "<=", lte' },
  { name: "forgets IS NOT TRUE in SQL", file: "src/store/sqlite/filter.ts", from: "sql}) IS NOT TRUE", to: "sql}) = 0" },
  {
    name: "forgets the null of a negated comparison in SQL",
    file: "src/store/sqlite/filter.ts",
    from: 'if (sense === "isNot" || isKnown)',
    to: "if (true)",
  },
  {
    name: "drops the condition on related rows in SQL",
    file: "src/store/sqlite/filter.ts",
    from: 'where === TRUE ? "" : ',
    to: 'where !== undefined ? "" : ',
  },
];

/** Rows within which a mistake must show. */
const COMPARISONS_PER_SEED = 60_000;
const SEEDS = [11, 12, 13];
const SERVER = fileURLToPath(new URL("../../", import.meta.url));
const MODULES = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
const NEEDED = ["src/kit", "src/model", "src/access", "src/store", "src/identity/actor.ts", "test/access", "test/store/fixture.ts"];

/** The same rows for all mutants whose mistake is not in the store. */
const worlds = await Promise.all(SEEDS.map(openWorld));
after(() => Promise.all(worlds.map((world) => world[Symbol.asyncDispose]())));

for (const mutant of MUTANTS) {
  test(`Holdfast's comparison finds a version that ${mutant.name}`, async () => {
    await using copy = await copySources();
    await mutate(join(copy.folder, mutant.file), mutant);
    const found = await firstDisagreement(copy.folder, { ownStore: mutant.file.startsWith("src/store/") });
    assert.notEqual(found, undefined, "no disagreement was found");
  });
}

for (const ownStore of [false, true]) {
  test(`Holdfast's comparison finds nothing in a copy without a mistake, with ${ownStore ? "its own" : "the shared"} store`, async () => {
    await using copy = await copySources();
    assert.equal(await firstDisagreement(copy.folder, { ownStore }), undefined);
  });
}

async function copySources(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-mutant-"));
  await symlink(MODULES, join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  for (const path of NEEDED) await cp(join(SERVER, path), join(folder, path), { recursive: true });
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function mutate(file: string, { from, to }: Mutant): Promise<void> {
  const source = await readFile(file, "utf8");
  assert.equal(source.split(from).length, 2, `${from} must stand in the source exactly once`);
  await writeFile(
    file,
    source.replace(from, () => to),
  );
}

async function firstDisagreement(folder: string, { ownStore }: { readonly ownStore: boolean }): Promise<string | undefined> {
  const copy: typeof Agreement = await import(pathToFileURL(join(folder, "test/access/agreement.ts")).href);
  for (const [at, seed] of SEEDS.entries()) {
    const shared = worlds[at];
    assert.ok(shared);
    await using own = ownStore ? await copy.openWorld(seed) : undefined;
    const { disagreement } = await copy
      .compareThreeWays(seed, COMPARISONS_PER_SEED, (own ?? shared).store)
      .catch((error: unknown) => ({ disagreement: `it threw: ${String(error)}` }));
    if (disagreement !== undefined) return disagreement;
  }
  return undefined;
}
