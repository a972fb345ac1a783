import { compileXmlPath, mixedTexts, XmlPathProblem, type XmlTree } from "../body/index.ts";
import { type Rule, RuleProblem } from "../rule/index.ts";
import { type Entry, entry, NO_ENTRIES } from "./entry.ts";
import type { State } from "./state.ts";
import { XML_PATHS } from "./variables/index.ts";

/**
 * What a path of `XML:` selects, as entries: each under the path itself, as ModSecurity names them. Undefined for the two that every document
 * is read for. Throws RuleProblem where the path cannot be read.
 */
export function readXmlPath(path: string, { namespaces = {}, source }: Rule): ((state: State) => readonly Entry[]) | undefined {
  if (XML_PATHS.includes(path)) return undefined;
  const select = path === MIXED_PATH ? mixedTexts : compile(path, namespaces, source);
  // Asked again by every rule with the same path, but walked once for a document.
  const known = new WeakMap<XmlTree, readonly Entry[]>();
  return (state) => {
    const tree = state.bodyFacts?.xml?.tree;
    if (tree === undefined) return NO_ENTRIES;
    const before = known.get(tree);
    if (before !== undefined) return before;
    const entries = select(tree, state.budget.spend).map((value) => entry(path, value));
    known.set(tree, entries);
    return entries;
  };
}

/** No XPath: elements in which text and tags stand side by side. In `/*` nobody sees where the text of one element ends and the next begins. */
const MIXED_PATH = "//mixed()";

function compile(path: string, namespaces: NonNullable<Rule["namespaces"]>, source: Rule["source"]): ReturnType<typeof compileXmlPath> {
  try {
    return compileXmlPath(path, new Map(Object.entries(namespaces)));
  } catch (error) {
    if (error instanceof XmlPathProblem) throw new RuleProblem(`XML:${path}: ${error.message}`, source);
    throw error;
  }
}
