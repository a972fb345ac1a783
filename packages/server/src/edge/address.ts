import { createNetworks, resolveAddress } from "../firewall/index.ts";
import { Fault } from "../kit/index.ts";

/** The peer itself or, behind a proxy that the plan names, whoever that proxy says. */
export interface Addresses {
  /** Fault `request.malformed` when a named proxy forwards something that is no address. */
  resolve(peer: string, forwardedFor: string | undefined): string;
}

export function createAddresses(trustedProxies: readonly string[]): Addresses {
  const proxies = createNetworks(trustedProxies);
  if (proxies.size === 0) return { resolve: (peer) => peer };
  return {
    resolve(peer, forwardedFor) {
      const address = resolveAddress(peer, forwardedFor, proxies);
      if (address === undefined) throw new Fault("request.malformed", "The proxy forwarded something that is not an address.");
      return address;
    },
  };
}
