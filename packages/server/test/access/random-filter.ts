import type { Comparison, Filter, Leaf, PatternMatch, Sense, Value } from "../../src/model/index.ts";
import type { Random } from "./random.ts";
import { ACCOUNTS } from "./world.ts";

const SENSES: readonly Sense[] = ["is", "isNot", "isNotTrue"];
const COMPARISONS: readonly Comparison[] = ["eq", "neq", "lt", "lte", "gt", "gte"];
const LIKES = ["a", "a%", "%b", "_", "%", "a\\%b\\_c", "a%b_c", "", "é", "k", "%[%", "*", "?"];
const EXPRESSIONS = ["a", "^a$", "b|é", "^.$", "[A-Z]", "^$", "k"];

const COLUMNS: readonly { readonly name: string; readonly values: readonly Value[] }[] = [
  { name: "title", values: ["", "a", "é", "\uffee", "😀", null] },
  { name: "count", values: [0, 1, 2, -3, 1.5, null] },
  { name: "weight", values: [0, 2, 2.5, null] },
  { name: "at", values: [0, 1_767_225_600_000_000] },
  { name: "content", values: [Uint8Array.of(1), new Uint8Array(0)] },
  { name: "owner", values: [...ACCOUNTS, null] },
];

/** What a request can ask: with all three senses, patterns and nulls in lists, which rules never make. */
export function randomFilter(random: Random, depth = 3): Filter {
  if (depth === 0 || random.chance(0.3)) return randomLeaf(random);
  const of = Array.from({ length: random.below(4) }, () => randomFilter(random, depth - 1));
  return { op: random.pick(["all", "any"]), of };
}

function randomLeaf(random: Random): Leaf {
  const { name: column, values } = random.pick(COLUMNS);
  const sense = random.pick(SENSES);
  const forms: readonly (() => Leaf)[] = [
    () => ({ op: "compare", sense, column, by: random.pick(COMPARISONS), value: random.pick(values) }),
    () => ({
      op: "compareColumns",
      sense,
      left: random.pick(["title", "note"]),
      by: random.pick(COMPARISONS),
      right: random.pick(["note", "status"]),
    }),
    () => ({ op: "in", sense, column, values: Array.from({ length: random.below(4) }, () => random.pick(values)) }),
    () => ({ op: "null", sense: random.pick(["is", "isNot"]), column }),
    () => randomPattern(random, sense),
    () => ({
      op: "member",
      sense: random.pick(["is", "isNotTrue"]),
      column: "team",
      table: "members",
      pick: "team",
      where: { op: "null", sense: "isNot", column: "level" },
    }),
  ];
  return random.pick(forms)();
}

function randomPattern(random: Random, sense: Sense): Leaf {
  const by: PatternMatch = random.pick(["like", "ilike", "match", "imatch"]);
  const pattern = random.pick(by === "like" || by === "ilike" ? LIKES : EXPRESSIONS);
  return { op: "pattern", sense, column: random.pick(["title", "note"]), by, pattern };
}
