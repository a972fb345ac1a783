import { formatId, type Id } from "../kit/index.ts";
import { plainAddress } from "./host.ts";

/**
 * Connections that the house makes to itself, to see whether its listener holds. They are known by the port that they come
 * from, which this process holds, and are given an address that nobody can have: all that happens on them is recorded under
 * such an address, counted apart from everybody else's limits, has no loopback privileges, and alarms nobody.
 */
export interface Drills {
  /** All addresses of drills lie in it, in space that nobody was given (0100::/8). */
  readonly network: string;
  /** A fresh one, in a /64 of its own: the limits of one look are not used up by the look before. */
  begin(): string;
  /** Whether a drill of this process had this address: 62 bits of it are known to this process alone. */
  isOwn(address: string): boolean;
  /** Before a connection is made from this port, for the drill that began with that address; until it is disposed of. */
  announce(drill: string, from: string, port: number): Disposable;
  /** Who is behind a connection: a drill, or the peer as it is. */
  peerOf(address: string | undefined, port: number | undefined): string;
}

const RUNS_MAX = 0xffff;

/** `nonce` is a fresh id of the vault: new at each start. */
export function createDrills(nonce: Id): Drills {
  const digits = formatId(nonce).replaceAll("-", "").slice(-16);
  const [a, b, c, d] = [0, 4, 8, 12].map((at) => Number.parseInt(digits.slice(at, at + 4), 16).toString(16));
  const [before, behind] = [`100:${a}:${b}:`, `:${c}:${d}:0:1`];
  const announced = new Map<string, string>();
  let runs = 0;
  return {
    network: `100:${a}:${b}::/48`,
    begin() {
      runs = (runs % RUNS_MAX) + 1;
      return `${before}${runs.toString(16)}${behind}`;
    },
    isOwn: (address) => address.startsWith(before) && address.endsWith(behind),
    announce(drill, from, port) {
      const key = `${from} ${port}`;
      announced.set(key, drill);
      return { [Symbol.dispose]: () => void announced.delete(key) };
    },
    peerOf(from, port) {
      const plain = plainAddress(from ?? "");
      // Almost always there is none, and a connection costs nothing more than this look.
      return announced.size === 0 ? plain : (announced.get(`${plain} ${port ?? 0}`) ?? plain);
    },
  };
}
