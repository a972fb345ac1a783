import type { EventEmitter } from "node:events";
import { Fault } from "../kit/index.ts";
import type { EdgeLimits } from "./limits.ts";

interface Bindable extends EventEmitter {
  listen(options: { readonly host: string; readonly port: number; readonly backlog: number }): unknown;
  address(): unknown;
}

/** Listens, and gives back the port that it got. */
export function bind(server: Bindable, host: string, port: number, limits: Pick<EdgeLimits, "backlog">): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error): void =>
      reject(new Fault("settings.invalid", `The server cannot listen on ${host}, port ${port}.`, { cause }));
    server.once("error", failed);
    server.once("listening", () => {
      server.off("error", failed);
      const address = server.address();
      resolve(
        typeof address === "object" && address !== null && "port" in address && typeof address.port === "number" ? address.port : port,
      );
    });
    server.listen({ host, port, backlog: limits.backlog });
  });
}
