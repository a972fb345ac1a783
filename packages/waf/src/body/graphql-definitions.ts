// The operations and fragments of a GraphQL document, and what they come to once fragments are written out.
import { type CostName, type Exceed, GRAPHQL_LIMITS } from "./graphql-limits.ts";

interface Definition {
  /** Fields one within another, without fragments. */
  depth: number;
  fields: number;
  /** For each fragment, how deep it is spread and how often. */
  readonly spreads: Map<string, { depth: number; count: number }>;
}

interface Sum {
  readonly depth: number;
  readonly fields: number;
}

/** Follows the definitions of one document. */
export interface Definitions {
  /** Sets of selections that are open. */
  readonly depth: number;
  /** What the document does beside asking; undefined where it only asks. */
  readonly operation: "mutation" | "subscription" | undefined;
  /** A word outside of all sets. */
  word(text: string): void;
  open(isInline: boolean): void;
  /** Is this the end of a definition? */
  close(): boolean;
  field(): void;
  /** The field before was none. */
  unfield(): void;
  spread(name: string): void;
  end(): void;
}

/** Linear in what it is told; fragments are written out by number alone. */
export function createDefinitions(exceed: Exceed): Definitions {
  const all: Definition[] = [];
  const fragments = new Map<string, Definition>();
  let words: string[] = [];
  let operation: Definitions["operation"];
  let current = newDefinition();
  /** For each open set, whether it is one of an inline fragment, which asks for nothing by itself. */
  const open: boolean[] = [];
  let level = 0;

  return {
    get depth() {
      return open.length;
    },
    get operation() {
      return operation;
    },
    word(text) {
      // `fragment F on T`: what stands behind matters to nobody here.
      if (words.length < 2) words.push(text);
      if (words.length === 1 && (text === "mutation" || text === "subscription")) operation = text;
    },
    open(isInline) {
      if (open.length === 0) {
        current = newDefinition();
        all.push(current);
        const [kind, name] = words;
        if (kind === "fragment" && name !== undefined) fragments.set(name, current);
        words = [];
      }
      open.push(isInline);
      if (!isInline) level++;
      exceed("set depth", open.length);
    },
    close() {
      if (open.pop() === false) level--;
      return open.length === 0;
    },
    field() {
      current.fields++;
      current.depth = Math.max(current.depth, level);
    },
    unfield() {
      if (open.length > 0) current.fields--;
    },
    spread(name) {
      const known = current.spreads.get(name);
      if (known === undefined) current.spreads.set(name, { depth: level, count: 1 });
      else {
        known.depth = Math.max(known.depth, level);
        known.count++;
      }
    },
    end() {
      const sums = new Map<Definition, Sum | "open">();
      for (const each of all) sumOf(each, { fragments, sums, exceed }, 0);
    },
  };
}

function newDefinition(): Definition {
  return { depth: 0, fields: 0, spreads: new Map() };
}

interface Sums {
  readonly fragments: ReadonlyMap<string, Definition>;
  readonly sums: Map<Definition, Sum | "open">;
  readonly exceed: Exceed;
}

const NOTHING: Sum = { depth: 0, fields: 0 };
const CHAIN: CostName = "fragment chain";

/** Each definition is summed up once. */
function sumOf(definition: Definition, context: Sums, chain: number): Sum {
  const { fragments, sums, exceed } = context;
  const known = sums.get(definition);
  if (known === "open") exceed("circular fragments", 1);
  if (known !== undefined) return known === "open" ? NOTHING : known;
  exceed(CHAIN, chain);
  if (chain > GRAPHQL_LIMITS[CHAIN]) return NOTHING;
  sums.set(definition, "open");
  let { depth, fields } = definition;
  for (const [name, spread] of definition.spreads) {
    const fragment = fragments.get(name);
    if (fragment === undefined) continue;
    const sum = sumOf(fragment, context, chain + 1);
    // A fragment's own fields stand at the depth at which it is spread.
    depth = Math.max(depth, spread.depth - 1 + sum.depth);
    fields += spread.count * sum.fields;
  }
  const sum = { depth, fields: Math.min(fields, Number.MAX_SAFE_INTEGER) };
  sums.set(definition, sum);
  exceed("depth", depth);
  exceed("fields", sum.fields);
  return sum;
}
