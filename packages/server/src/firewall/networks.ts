import { Fault } from "../kit/index.ts";
import { type Address, NETWORK_CHARACTERS_MAX, readAddress, readNetwork } from "./address.ts";
import { createNetworkTrie } from "./network-trie.ts";

/** A list of networks. */
export interface Networks {
  readonly size: number;
  has(address: Address): boolean;
}

/** Which addresses may come in at all. */
export interface Admission {
  admits(address: Address): boolean;
}

const HOPS_MAX = 32;

/** Fault `plan.invalid` that names every entry that is not a network. */
export function createNetworks(list: readonly string[]): Networks {
  const trie = createNetworkTrie<true>();
  for (const network of readAll(list)) trie.add(network, true);
  return { size: list.length, has: (address) => trie.find(address) === true };
}

/**
 * The smallest network that an address lies in decides; the same network in both lists is denied. With an allow list, an address in
 * no list stays outside.
 */
export function createAdmission({ allow, deny }: { readonly allow: readonly string[]; readonly deny: readonly string[] }): Admission {
  const trie = createNetworkTrie<"allow" | "deny">();
  for (const network of readAll(allow)) trie.add(network, "allow");
  for (const network of readAll(deny)) trie.add(network, "deny");
  const otherwise = allow.length === 0 ? "allow" : "deny";
  return { admits: (address) => (trie.find(address) ?? otherwise) === "allow" };
}

/**
 * Who is behind a connection: the peer or, when the peer is a named proxy, the right-most address of X-Forwarded-For that is not.
 * What stands further left was written by strangers. `undefined` when a named proxy forwarded something that is no address: that
 * request has no sender and must be refused.
 */
export function resolveAddress(peer: string, forwardedFor: string | undefined, trustedProxies: Networks): string | undefined {
  const read = readAddress(peer);
  if (read === undefined) return undefined;
  if (forwardedFor === undefined || !trustedProxies.has(read)) return peer;
  let nearest = peer;
  for (const hop of forwardedFor.split(",").slice(-HOPS_MAX).reverse()) {
    const address = readAddress(hop.trim());
    if (address === undefined) return undefined;
    nearest = hop.trim();
    if (!trustedProxies.has(address)) return nearest;
  }
  return nearest;
}

function readAll(list: readonly string[]) {
  const read = list.map((text) => ({ text, network: text.length > NETWORK_CHARACTERS_MAX ? undefined : readNetwork(text) }));
  const wrong = read
    .filter(({ network }) => network === undefined)
    .map(({ text }) => JSON.stringify(text.slice(0, NETWORK_CHARACTERS_MAX)));
  if (wrong.length > 0) {
    throw new Fault(
      "plan.invalid",
      `These are not networks: ${wrong.join(", ")}. Write them as 10.0.0.0/8 or 2001:db8::/32, with zeros after the prefix.`,
    );
  }
  return read.flatMap(({ network }) => network ?? []);
}
