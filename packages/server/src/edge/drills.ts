import { formatId, type Id } from "../kit/index.ts";
import { plainAddress } from "./host.ts";

/**
 * Connections that the house makes to itself, to see whether its listener holds. They are known by the port that they come
 * from, which this process holds, and are given an address that nobody can have: all that happens on them is recorded under
 * that address, counted apart from everybody else's limits, has no loopback privileges, and alarms nobody.
 */
export interface Drills {
  /** Of the discard prefix 100::/64 (RFC 6666), with 62 random bits that only this process knows. */
  readonly address: string;
  /** Before a connection of the house's own is made; it is a drill until this is disposed of. */
  announce(address: string, port: number): Disposable;
  /** Who is behind a connection: the drill, or the peer as it is. */
  peerOf(address: string | undefined, port: number | undefined): string;
}

/** `nonce` is a fresh id of the vault: new at each start. */
export function createDrills(nonce: Id): Drills {
  const last = formatId(nonce).replaceAll("-", "").slice(-16);
  const address = `100::${[0, 4, 8, 12].map((at) => Number.parseInt(last.slice(at, at + 4), 16).toString(16)).join(":")}`;
  const announced = new Set<string>();
  return {
    address,
    announce(from, port) {
      const key = `${from} ${port}`;
      announced.add(key);
      return { [Symbol.dispose]: () => void announced.delete(key) };
    },
    peerOf(from, port) {
      const plain = plainAddress(from ?? "");
      // Almost always there is none, and a connection costs nothing more than this look.
      return announced.size > 0 && announced.has(`${plain} ${port ?? 0}`) ? address : plain;
    },
  };
}
