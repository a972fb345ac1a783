import type { IncomingMessage, ServerResponse } from "node:http";
import type { Protection } from "./contract.ts";
import { admit } from "./node.ts";

export type ExpressMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Middleware for Express, Connect and Polka. It has to come first, before whatever reads bodies. */
export function expressFirewall(protection: Protection): ExpressMiddleware {
  return (request, response, next) => {
    admit(protection, request, response).then((isAdmitted) => {
      if (isAdmitted) next();
    }, next);
  };
}
