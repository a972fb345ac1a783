// What a pattern says, once flags and spelling are gone: sets of bytes and what holds them together.

import type { ByteSet } from "./byte-set.ts";

export type Node =
  | { readonly kind: "set"; readonly bytes: ByteSet }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  /** `most` is Infinity where there is no end. */
  | { readonly kind: "repeat"; readonly body: Node; readonly least: number; readonly most: number; readonly manner: "greedy" | "lazy" }
  /** `index` counts from 1. */
  | { readonly kind: "group"; readonly body: Node; readonly index: number }
  | { readonly kind: "place"; readonly place: Place }
  | { readonly kind: "look"; readonly body: Node; readonly ahead: boolean; readonly negated: boolean }
  /** Gives nothing back once it has matched: `(?>…)`, `a++`. */
  | { readonly kind: "atomic"; readonly body: Node }
  | { readonly kind: "again"; readonly group: number; readonly ignoreCase: boolean };

/** A condition on a place between two bytes. */
export type Place = "start" | "end" | "line-start" | "line-end" | "word-edge" | "no-word-edge";

export const NOTHING: Node = { kind: "sequence", parts: [] };

export function sequence(parts: readonly Node[]): Node {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind: "sequence", parts };
}

export function choice(parts: readonly Node[]): Node {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { kind: "choice", parts };
}

/** The nodes directly below. */
export function below(node: Node): readonly Node[] {
  if (node.kind === "sequence" || node.kind === "choice") return node.parts;
  return "body" in node ? [node.body] : [];
}

/** Does the question hold for this node or one below it? */
export function holds(node: Node, question: (node: Node) => boolean): boolean {
  return question(node) || below(node).some((part) => holds(part, question));
}

/** How many bytes a match reads, at least and at most; a reference to a group may read any number. */
export function lengthsOf(node: Node): readonly [least: number, most: number] {
  switch (node.kind) {
    case "set":
      return [1, 1];
    case "sequence":
      return node.parts.map(lengthsOf).reduce(([least, most], [moreLeast, moreMost]) => [least + moreLeast, most + moreMost], [0, 0]);
    case "choice": {
      const lengths = node.parts.map(lengthsOf);
      return [Math.min(...lengths.map(([least]) => least)), Math.max(...lengths.map(([, most]) => most))];
    }
    case "repeat": {
      const [least, most] = lengthsOf(node.body);
      return [least * node.least, most === 0 || node.most === 0 ? 0 : most * node.most];
    }
    case "group":
    case "atomic":
      return lengthsOf(node.body);
    case "place":
    case "look":
      return [0, 0];
    case "again":
      return [0, Number.POSITIVE_INFINITY];
  }
}
