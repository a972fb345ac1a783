import { draw } from "../../src/pattern/draw.ts";
import { below, oneOf, type Random } from "../../src/pattern/random.ts";
import type { Node } from "../../src/pattern/tree.ts";

const ENDS = ["", "\n", "\r\n", " ", "a", "\0", "=", "é", "'", "<"];

/** Values near to a pattern: what it matches, that with a byte changed, doubled or taken away, and bytes from nowhere. */
export function valuesNear(tree: Node, random: Random, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const text = oneOf(random, ENDS, "") + draw(tree, random) + oneOf(random, ENDS, "");
    return index % 3 === 0 ? text : mutated(text, random);
  });
}

function mutated(text: string, random: Random): string {
  const at = below(random, text.length + 1);
  const byte = String.fromCharCode(below(random, 256));
  const kinds = [
    () => text.slice(0, at) + byte + text.slice(at),
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + byte + text.slice(at + 1),
    () => text.slice(at) + text.slice(0, at),
    () => text.slice(0, at) + text.slice(Math.max(0, at - 3)),
    () => Array.from({ length: below(random, 40) }, () => String.fromCharCode(below(random, 256))).join(""),
  ];
  return oneOf(random, kinds, () => text)();
}
