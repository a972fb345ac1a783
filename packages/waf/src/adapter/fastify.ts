import type { IncomingMessage, ServerResponse } from "node:http";
import type { Protection } from "./contract.ts";
import { admit } from "./node.ts";

/** What the plugin needs of Fastify: this package does not depend on it. */
interface FastifyServer {
  addHook(name: "onRequest", hook: (request: { readonly raw: IncomingMessage }, reply: FastifyReply) => Promise<void>): unknown;
}

interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

export type FastifyPlugin = (server: FastifyServer) => Promise<void>;

/** A plugin for Fastify: `await app.register(fastifyFirewall({ waf }))`, before other plugins. */
export function fastifyFirewall(protection: Protection): FastifyPlugin {
  const plugin: FastifyPlugin = async (server) => {
    server.addHook("onRequest", async (request, reply) => {
      if (!(await admit(protection, request.raw, reply.raw))) reply.hijack();
    });
  };
  // Without it the hook would hold for this plugin's own routes alone, of which there are none.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}
