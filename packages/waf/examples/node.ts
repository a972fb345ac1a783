import { createServer } from "node:http";
import { builtinRules, createFirewall, protect, protectUpgrade, reportBroken } from "@holdfast/waf";

const protection = { waf: createFirewall({ rules: builtinRules() }), onRefused: console.error };

export const server = createServer(
  protect(protection, (request, response) => {
    if (request.url !== "/events") return request.pipe(response);
    response.writeHead(200, { "content-type": "text/event-stream" });
    return response.write("data: hello\n\n");
  }),
);
server.on("clientError", reportBroken(protection));
server.on(
  "upgrade",
  protectUpgrade(protection, (_request, socket) => {
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
  }),
);
