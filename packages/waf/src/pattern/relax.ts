import { ALL_BYTES } from "./byte-set.ts";
import { NOTHING, type Node } from "./tree.ts";

const ANY_TEXT: Node = {
  kind: "repeat",
  body: { kind: "set", bytes: ALL_BYTES },
  least: 0,
  most: Number.POSITIVE_INFINITY,
  manner: "greedy",
};

/**
 * A tree that matches wherever the given one does, and sometimes more, without what a linear machine cannot hold: looks at
 * more than one byte always hold, atomic groups give back, and a reference is any text.
 */
export function relaxed(node: Node): Node {
  switch (node.kind) {
    case "sequence":
    case "choice":
      return { ...node, parts: node.parts.map(relaxed) };
    case "repeat":
    case "group":
      return { ...node, body: relaxed(node.body) };
    case "atomic":
      return relaxed(node.body);
    case "look":
      return node.body.kind === "set" ? node : NOTHING;
    case "again":
      return ANY_TEXT;
    default:
      return node;
  }
}
