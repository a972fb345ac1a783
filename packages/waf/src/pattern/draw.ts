import { bytesOf } from "./byte-set.ts";
import { below, oneOf, type Random } from "./random.ts";
import { NOTHING, type Node } from "./tree.ts";

/** A repeat without end is drawn with at most so many rounds more than it needs. */
const ROUNDS_MAX = 4;

/** A text that the tree matches, unless places or looks forbid it. Bounded by the size of the tree. */
export function draw(tree: Node, random: Random): string {
  return drawNode(tree, random, new Map());
}

function drawNode(node: Node, random: Random, groups: Map<number, string>): string {
  switch (node.kind) {
    case "set":
      return String.fromCharCode(oneOf(random, bytesOf(node.bytes), 0));
    case "sequence":
      return node.parts.map((part) => drawNode(part, random, groups)).join("");
    case "choice":
      return drawNode(oneOf(random, node.parts, NOTHING), random, groups);
    case "repeat": {
      const rounds = node.least + below(random, Math.min(node.most - node.least, ROUNDS_MAX) + 1);
      return Array.from({ length: rounds }, () => drawNode(node.body, random, groups)).join("");
    }
    case "group": {
      const text = drawNode(node.body, random, groups);
      groups.set(node.index, text);
      return text;
    }
    case "atomic":
      return drawNode(node.body, random, groups);
    case "again":
      return groups.get(node.group) ?? "";
    case "place":
      return node.place === "line-end" ? "\n" : "";
    case "look":
      return node.negated || below(random, 2) === 0 ? "" : drawNode(node.body, random, groups);
  }
}
