import type { Address, Network } from "./address.ts";

/** Finds what is said of the smallest network that an address lies in. */
export interface NetworkTrie<T> {
  /** Said twice of the same network, the later word counts. */
  add(network: Network, label: T): void;
  find(address: Address): T | undefined;
}

const V4_BYTES = 4;

/**
 * A trie over bytes: at most 16 steps to an answer, whatever the number of networks. Prefixes that end inside a byte
 * are spread over the values of that byte.
 */
export function createNetworkTrie<T>(): NetworkTrie<T> {
  const roots = { v4: createNode<T>(), v6: createNode<T>() };
  const rootOf = ({ bytes }: Address): Node<T> => (bytes.length === V4_BYTES ? roots.v4 : roots.v6);

  return {
    add(network, label) {
      const wholeBytes = network.bits >> 3;
      let node = rootOf(network);
      for (const byte of network.bytes.subarray(0, wholeBytes)) node = childOf(node, byte);
      const restBits = network.bits & 7;
      if (restBits === 0) node.label = { value: label };
      else spread(node, network.bytes[wholeBytes] ?? 0, restBits, label);
    },
    find(address) {
      let node: Node<T> | undefined = rootOf(address);
      let best = node.label;
      for (const byte of address.bytes) {
        best = node.spread.get(byte) ?? best;
        node = node.children.get(byte);
        if (node === undefined) break;
        best = node.label ?? best;
      }
      return best?.value;
    },
  };
}

interface Label<T> {
  readonly value: T;
}

interface Node<T> {
  label: Label<T> | undefined;
  /** By the value of the next byte: the longest prefix that ends inside that byte. */
  readonly spread: Map<number, Label<T> & { readonly bits: number }>;
  readonly children: Map<number, Node<T>>;
}

function createNode<T>(): Node<T> {
  return { label: undefined, spread: new Map(), children: new Map() };
}

function childOf<T>(node: Node<T>, byte: number): Node<T> {
  const found = node.children.get(byte) ?? createNode<T>();
  node.children.set(byte, found);
  return found;
}

function spread<T>(node: Node<T>, first: number, bits: number, value: T): void {
  for (let byte = first; byte < first + (1 << (8 - bits)); byte += 1) {
    const held = node.spread.get(byte);
    if (held === undefined || held.bits <= bits) node.spread.set(byte, { value, bits });
  }
}
