import { builtinRules, createFirewall, honoFirewall, protectUpgrade, reportBroken } from "@holdfast/waf";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";

const protection = { waf: createFirewall({ rules: builtinRules() }), onRefused: console.error };
const app = new Hono();
app.use(honoFirewall(protection));

app.post("/", async (context) => context.json(await context.req.json()));
app.get("/events", (context) =>
  streamSSE(context, async (stream) => {
    await stream.writeSSE({ data: "hello" });
    await stream.sleep(1_000);
  }),
);

export const server = createAdaptorServer(app);
server.on("clientError", reportBroken(protection));
server.on(
  "upgrade",
  protectUpgrade(protection, (_request, socket) => {
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
  }),
);
