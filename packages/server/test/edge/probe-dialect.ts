import type { Dialect, Exchange } from "../../src/edge/contract.ts";

export interface Probe {
  readonly dialect: Dialect;
  /** Every request that was really worked on: "GET /hidden". */
  readonly worked: string[];
  readonly seen: Exchange[];
}

/** A small dialect that writes down what reaches its handlers. */
export function probeDialect(): Probe {
  const worked: string[] = [];
  const seen: Exchange[] = [];
  const handle = async (exchange: Exchange) => {
    worked.push(`${exchange.method} ${exchange.path}`);
    seen.push(exchange);
    return { status: 200, body: JSON.stringify({ bytes: exchange.body.length }) };
  };
  const none = { needs: "public", body: "none", reads: false, handle } as const;
  const json = { needs: "public", body: "json", bodyBytesMax: 65_536, handle } as const;
  const dialect: Dialect = {
    prefix: "/probe",
    words: ({ code, message, id }) => JSON.stringify({ probe: code, message, id }),
    routes: [
      { name: "probe.hidden", method: "GET", path: "/probe/hidden", ...none },
      { name: "probe.item", method: "GET", path: "/probe/items/:item", ...none },
      { name: "probe.special", method: "GET", path: "/probe/items/special", ...none },
      { name: "probe.sub", method: "GET", path: "/probe/items/:item/parts/:part", ...none },
      { name: "probe.echo", method: "POST", path: "/probe/echo", ...json },
      { name: "probe.remove", method: "DELETE", path: "/probe/echo", ...none },
      {
        name: "probe.large",
        method: "GET",
        path: "/probe/large",
        ...none,
        handle: async () => ({ status: 200, body: new Uint8Array(16_777_216) }),
      },
      {
        name: "probe.broken",
        method: "GET",
        path: "/probe/broken",
        ...none,
        handle: () => Promise.reject(new Error("a secret about the inside")),
      },
    ],
  };
  return { dialect, worked, seen };
}
