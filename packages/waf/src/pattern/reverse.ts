import { PLACES } from "./program.ts";
import { type Node, type Place, sequence } from "./tree.ts";

/** Places that are themselves, or each other, when read from the end. */
const MIRRORED: ReadonlyMap<Place, Place> = new Map([
  ["start", "end"],
  ["end", "start"],
  ["word-edge", "word-edge"],
  ["no-word-edge", "no-word-edge"],
]);

/** The tree that matches the same texts read from their end, without captures; only of a tree that `isLinear`. */
export function reversed(node: Node): Node {
  switch (node.kind) {
    case "sequence":
      return { kind: "sequence", parts: node.parts.map(reversed).reverse() };
    case "choice":
      return { kind: "choice", parts: node.parts.map(reversed) };
    case "repeat":
      return { ...node, body: reversed(node.body) };
    case "group":
      return sequence([reversed(node.body)]);
    case "place": {
      const place = MIRRORED.get(node.place);
      return place === undefined ? reversed(PLACES[node.place]) : { kind: "place", place };
    }
    case "look":
      return { ...node, ahead: !node.ahead };
    default:
      return node;
  }
}
