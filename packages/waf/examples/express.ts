import { createServer } from "node:http";
import { builtinRules, createFirewall, expressFirewall, protectUpgrade, reportBroken } from "@holdfast/waf";
import express from "express";

const protection = { waf: createFirewall({ rules: builtinRules() }), onRefused: console.error };
const app = express();
app.use(expressFirewall(protection));
app.use(express.json());

app.post("/", (request, response) => void response.json(request.body));
app.get("/events", (_request, response) => void response.type("text/event-stream").write("data: hello\n\n"));

export const server = createServer(app);
server.on("clientError", reportBroken(protection));
server.on(
  "upgrade",
  protectUpgrade(protection, (_request, socket) => {
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
  }),
);
