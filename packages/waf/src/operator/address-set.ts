import type { Source } from "../rule/index.ts";
import { type Address, parseAddress } from "./address.ts";
import { refuse } from "./refuse.ts";

interface Network {
  readonly words: Uint32Array;
  readonly masks: Uint32Array;
  readonly bits: number;
}

export interface AddressSet {
  has(text: string): boolean;
}

/** Where the bits of IPv4 begin in a mapped address. */
const V4_START_BITS = 96;

/** Addresses and networks (`10.0.0.0/8`, `2001:db8::/32`). A text that is no address is in no set. */
export function createAddressSet(entries: readonly string[], operator: string, source: Source): AddressSet {
  const networks = entries.map(
    (entry) => parseNetwork(entry) ?? refuse(`${operator} lists "${entry}"; expected an address or a network such as 10.0.0.0/8`, source),
  );
  return {
    has(text) {
      const address = parseAddress(text);
      if (address === undefined) return false;
      for (const network of networks) if (isIn(address, network)) return true;
      return false;
    },
  };
}

function parseNetwork(entry: string): Network | undefined {
  const [, text = "", width] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const widthMax = address.isV4 ? 32 : 128;
  const bits = width === undefined ? widthMax : Number(width);
  return bits > widthMax ? undefined : toNetwork(address, address.isV4 ? V4_START_BITS + bits : bits);
}

function toNetwork(address: Address, bits: number): Network {
  const masks = Uint32Array.from({ length: 4 }, (_, word) => maskOf(Math.min(32, Math.max(0, bits - word * 32))));
  return { words: address.words.map((word, at) => word & (masks[at] ?? 0)), masks, bits };
}

function maskOf(bits: number): number {
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

/** An address that was written as IPv4 is in no network of IPv6 but those of mapped addresses: `::/0` means IPv6. */
function isIn({ words, isV4 }: Address, { words: base, masks, bits }: Network): boolean {
  if (isV4 && bits < V4_START_BITS) return false;
  for (let word = 0; word < 4; word++) {
    if (((words[word] ?? 0) & (masks[word] ?? 0)) >>> 0 !== base[word]) return false;
  }
  return true;
}
