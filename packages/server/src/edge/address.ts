import { BlockList, isIP } from "node:net";
import { Fault } from "../kit/index.ts";
import { plainAddress } from "./host.ts";

/** Who is behind a connection, when the plan names proxies that may speak for others. */
export interface Addresses {
  isTrusted(peer: string): boolean;
  /** The peer itself, or the right-most address of X-Forwarded-For that is not a named proxy. */
  resolve(peer: string, isTrusted: boolean, forwardedFor: string | undefined): string;
}

export function createAddresses(trustedProxies: readonly string[]): Addresses {
  const proxies = new BlockList();
  for (const network of trustedProxies) addNetwork(proxies, network);
  const isTrusted = (address: string): boolean => {
    const family = isIP(address);
    return family !== 0 && proxies.check(address, family === 6 ? "ipv6" : "ipv4");
  };
  return {
    isTrusted: trustedProxies.length === 0 ? () => false : isTrusted,
    resolve(peer, peerIsTrusted, forwardedFor) {
      if (!peerIsTrusted || forwardedFor === undefined) return peer;
      let nearest = peer;
      for (const hop of forwardedFor.split(",").reverse()) {
        const address = plainAddress(hop.trim());
        // What a proxy did not write as an address says nothing: the last address that was certain counts.
        if (isIP(address) === 0) return nearest;
        nearest = address;
        if (!isTrusted(address)) return nearest;
      }
      return nearest;
    },
  };
}

function addNetwork(list: BlockList, network: string): void {
  const [address = "", bits] = network.split("/");
  const family = isIP(address);
  if (family === 0) throw new Fault("plan.invalid", `The trusted proxy ${network} is not an address or a network.`);
  const type = family === 6 ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, type);
  else list.addSubnet(address, Number(bits), type);
}
