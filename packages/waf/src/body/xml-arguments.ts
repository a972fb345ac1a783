import type { Pair } from "../http/contract.ts";
import type { BodyFacts, BodyProblem } from "./contract.ts";
import { factsWith } from "./reader.ts";
import type { XmlTree } from "./xml-tree.ts";

const EMPTY_TREE: XmlTree = { text: "", elements: [] };

/** Names of all elements together: a deep document repeats the names above in each of them. */
const NAME_BYTES_MAX = 1_048_576;

/**
 * The body with the texts of its innermost elements as arguments, named `xml.order.item` by their path without prefixes (SecParseXmlIntoArgs);
 * an element that holds others gives what text it has of its own. `only` leaves the text out of XML, but not the attributes, which are nowhere
 * else. Too many arguments, or too long names, are a fault: rules would not see all.
 */
export function withXmlArguments(facts: BodyFacts, mode: "on" | "only", argumentsMax: number): BodyFacts {
  const { xml } = facts;
  if (xml === undefined) return facts;
  const { args, problem } = argumentsOf(xml.tree, argumentsMax);
  const made = {
    ...facts,
    args: [...facts.args, ...args],
    xml: mode === "only" ? { text: "", attributes: xml.attributes, tree: EMPTY_TREE } : xml,
  };
  return problem === undefined || facts.error !== undefined ? made : factsWith(made, problem);
}

function argumentsOf(tree: XmlTree, argumentsMax: number): { readonly args: readonly Pair[]; readonly problem: BodyProblem | undefined } {
  const args: Pair[] = [];
  const above: { readonly name: string; readonly last: number }[] = [];
  let bytes = 0;
  for (const [place, { local, last, start, end, runs }] of tree.elements.entries()) {
    while ((above.at(-1)?.last ?? place) < place) above.pop();
    const name = `${above.at(-1)?.name ?? "xml"}.${local}`;
    const isInnermost = last === place;
    if (!isInnermost) above.push({ name, last });
    const text = isInnermost ? tree.text.slice(start, end) : runs.map(([from, to]) => tree.text.slice(from, to)).join("");
    if (!isInnermost && text.trim() === "") continue;
    bytes += name.length;
    if (args.length >= argumentsMax || bytes > NAME_BYTES_MAX)
      return { args, problem: { fault: "limit", message: "The XML document has too many elements to be arguments." } };
    args.push([name, text]);
  }
  return { args, problem: undefined };
}
