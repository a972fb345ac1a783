import { readXmlPath, type XmlPredicate, type XmlStep, type XmlTest } from "./xml-path-parser.ts";
import type { XmlAttribute, XmlElement, XmlName, XmlTree } from "./xml-tree.ts";

export { XmlPathProblem } from "./xml-path-parser.ts";

/** A compiled location path: the string values of what it selects, in document order. */
export type XmlPath = (tree: XmlTree, spend: Spend) => readonly string[];

type Spend = (steps: number) => void;

/** The node above the root element. */
const DOCUMENT = -1;

/**
 * Compiles a location path of XPath 1.0; `namespaces` says what the prefixes in it mean. Throws XmlPathProblem on what it does not know.
 * Each step goes through the document once at most, and what is looked at is taken from the budget.
 */
export function compileXmlPath(source: string, namespaces: ReadonlyMap<string, string>): XmlPath {
  const { steps, leaf } = readXmlPath(source, namespaces);
  return (tree, spend) => {
    let nodes: readonly number[] = [DOCUMENT];
    for (const step of steps) nodes = walk(tree, nodes, step, spend);
    if (leaf.kind === "self") return nodes.map((node) => priced(stringValue(tree, node), spend));
    const found: string[] = [];
    for (const node of nodes) {
      const element = tree.elements[node];
      if (element === undefined) continue;
      spend(1 + element.attributes.length + element.runs.length);
      if (leaf.kind === "text") found.push(...textNodes(tree, element));
      else for (const attribute of element.attributes) if (fits(attribute, leaf.test)) found.push(attribute.value);
    }
    return found;
  };
}

function walk(tree: XmlTree, nodes: readonly number[], step: XmlStep, spend: Spend): readonly number[] {
  const found: number[] = [];
  spend(tree.elements.length);
  if (step.axis === "child") {
    const seen = new Uint8Array(tree.elements.length);
    for (const node of nodes) {
      const children = childrenOf(tree, node).filter((child) => fits(tree.elements[child], step.test));
      for (const child of keep(tree, children, step.predicates, spend)) seen[child] = 1;
    }
    // The children of one node may stand between those of another: back into document order.
    for (let node = 0; node < seen.length; node++) if (seen[node] === 1) found.push(node);
    return found;
  }
  let covered = DOCUMENT - 1;
  for (const node of nodes) {
    const last = node === DOCUMENT ? tree.elements.length - 1 : (tree.elements[node]?.last ?? node);
    for (let next = Math.max(node, covered + 1); next <= last; next++) {
      const isMeant = next === node && step.axis === "descendant" ? false : step.test === "node" || fits(tree.elements[next], step.test);
      if (isMeant) found.push(next);
    }
    covered = Math.max(covered, last);
  }
  return keep(tree, found, step.predicates, spend);
}

/** Those that all predicates are true of; a place is counted among those that the predicate before has left. */
function keep(tree: XmlTree, nodes: readonly number[], predicates: readonly XmlPredicate[], spend: Spend): readonly number[] {
  let kept = nodes;
  for (const predicate of predicates) {
    const { length } = kept;
    if (predicate.kind === "place") kept = kept.filter((_, index) => index + 1 === (predicate.place === "last" ? length : predicate.place));
    else kept = kept.filter((node) => predicate.isTrue(operandOf(tree, node, predicate.operand, spend)));
  }
  return kept;
}

function operandOf(
  tree: XmlTree,
  node: number,
  operand: Extract<XmlPredicate, { kind: "value" }>["operand"],
  spend: Spend,
): readonly string[] {
  const element = tree.elements[node];
  if (element === undefined) return [];
  switch (operand.kind) {
    case "self":
      return [priced(stringValue(tree, node), spend)];
    case "name":
      return [element[operand.part] ?? ""];
    case "text":
      spend(element.runs.length);
      return textNodes(tree, element);
    case "attribute":
      spend(element.attributes.length);
      return element.attributes.filter((attribute) => fits(attribute, operand.test)).map(({ value }) => value);
    case "child": {
      const children = childrenOf(tree, node);
      spend(children.length);
      return children.filter((child) => fits(tree.elements[child], operand.test)).map((child) => priced(stringValue(tree, child), spend));
    }
  }
}

function childrenOf({ elements }: XmlTree, node: number): number[] {
  const children: number[] = [];
  const end = node === DOCUMENT ? elements.length - 1 : (elements[node]?.last ?? node);
  for (let child = node + 1; child <= end; child = (elements[child]?.last ?? child) + 1) children.push(child);
  return children;
}

function textNodes({ text }: XmlTree, { runs }: XmlElement): string[] {
  return runs.map(([start, end]) => text.slice(start, end));
}

function stringValue({ text, elements }: XmlTree, node: number): string {
  const element = elements[node];
  return element === undefined ? text : text.slice(element.start, element.end);
}

/** Elements in elements hold the same text over and over: whoever asks for all of them pays for all of it. */
function priced(value: string, spend: Spend): string {
  spend(1 + value.length);
  return value;
}

function fits(name: XmlName | XmlElement | XmlAttribute | undefined, test: XmlTest): boolean {
  if (name === undefined) return false;
  if (test === "any" || test === "node") return true;
  return (test.local === "*" || test.local === name.local) && test.address === name.address;
}
