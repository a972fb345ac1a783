import { networkInterfaces } from "node:os";
import type { Facts } from "../audit/index.ts";
import type { Drills, Edge } from "../edge/index.ts";
import { createProber } from "../edge/probing/index.ts";

interface OperatorPageNeeds {
  /** The listener of the operators' page. */
  readonly desk: Pick<Edge, "port" | "certificateChain">;
  readonly name: string;
  readonly drills: Drills;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly addresses?: readonly string[];
}

const ADDRESSES_MAX = 32;
/** An address of this machine answers at once, unless something swallows what is sent to it. */
const ANSWER_MS_MAX = 3_000;

/**
 * Whether the operators' page can be reached at other addresses of this machine than loopback: the listener is bound to loopback alone,
 * and whoever forwards its port (a container's proxy, a tunnel that is bound too widely) opens it all the same. A proxy that ends TLS
 * with a certificate of its own is not seen.
 */
export async function lookAtOperatorPage(needs: OperatorPageNeeds): Promise<NonNullable<Facts["operatorPage"]>> {
  const { desk, name, drills, randomBytes, addresses = ownAddresses() } = needs;
  const tried = addresses.slice(0, ADDRESSES_MAX);
  const reached = await Promise.all(
    tried.map(async (host) => {
      const prober = createProber({
        host,
        port: desk.port,
        httpPort: undefined,
        name,
        certificate: () => desk.certificateChain,
        drills,
        randomBytes,
      });
      // Another listener at that port, with another certificate, is not the page.
      const agreed = prober.agree({}).then(
        (agreement) => agreement.agreed,
        () => false,
      );
      return (await within(agreed)) ? [host] : [];
    }),
  );
  return { tried, reachedAt: reached.flat() };
}

/** Of this machine, but for loopback. */
export function ownAddresses(): readonly string[] {
  return Object.entries(networkInterfaces()).flatMap(([face, entries = []]) =>
    entries.filter(({ internal }) => !internal).map(({ address, scopeid = 0 }) => (scopeid === 0 ? address : `${address}%${face}`)),
  );
}

async function within(work: Promise<boolean>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ANSWER_MS_MAX);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
