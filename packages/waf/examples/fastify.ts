import { builtinRules, createFirewall, fastifyFirewall, protectUpgrade, reportBroken } from "@holdfast/waf";
import Fastify from "fastify";

const protection = { waf: createFirewall({ rules: builtinRules() }), onRefused: console.error };
const app = Fastify({ clientErrorHandler: reportBroken(protection) });
await app.register(fastifyFirewall(protection));

app.post("/", async (request) => request.body);
app.get("/events", (_request, reply) => {
  reply.hijack();
  reply.raw.writeHead(200, { "content-type": "text/event-stream" });
  reply.raw.write("data: hello\n\n");
});

await app.ready();
export const server = app.server;
server.on(
  "upgrade",
  protectUpgrade(protection, (_request, socket) => {
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
  }),
);
