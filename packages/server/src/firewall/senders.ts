import { type Address, hostBytes, prefixBytes, readAddress } from "./address.ts";
import type { KeyHash } from "./half-siphash.ts";

/** Who sends, with everything that the limits count by. */
export interface Sender {
  readonly address: Address;
  /** The address, or the /64 of an IPv6 one. */
  readonly host: Uint8Array;
  readonly hostText: string;
  readonly hostKey: KeyHash;
  readonly prefixKey: KeyHash;
}

/** `undefined` for a text that is no address. */
export type ReadSender = (text: string) => Sender | undefined;

/** A few MiB. One request asks four times about one address; whoever floods this only makes us read again. */
export const SENDERS_CACHED_MAX = 8_192;

export function createSenders(hash: (bytes: Uint8Array) => KeyHash): ReadSender {
  const cache = new Map<string, Sender>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached;
    const address = readAddress(text);
    if (address === undefined) return undefined;
    const host = hostBytes(address);
    const sender = { address, host, hostText: String.fromCharCode(...host), hostKey: hash(host), prefixKey: hash(prefixBytes(address)) };
    if (cache.size >= SENDERS_CACHED_MAX) cache.clear();
    cache.set(text, sender);
    return sender;
  };
}
