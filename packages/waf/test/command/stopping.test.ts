import { equal, match, ok } from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { listening, statusOf } from "./listening.ts";
import { fine, rawUpstream } from "./raw-upstream.ts";

/** Sends, and gives what has come when the connection ends. */
function say(port: number, text: string, host = "127.0.0.1"): { readonly ended: Promise<string>; readonly heard: () => string } {
  let heard = "";
  const socket = connect({ port, host });
  const ended = new Promise<string>((resolve) => {
    socket.on("close", () => resolve(heard));
  });
  socket.setEncoding("latin1").on("data", (part) => {
    heard += String(part);
  });
  socket.on("error", () => socket.destroy());
  socket.write(text);
  return { ended, heard: () => heard };
}

describe("The firewall's listener, told to stop,", () => {
  test("answers what is under way, and ends connections that wait", async () => {
    await using app = await rawUpstream((socket) => setTimeout(() => void socket.write(fine("late")), 200));
    const server = await listening({ upstream: app.port, drainMs: 10_000 });
    const asking = say(server.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const silent = say(server.port, "");
    while (app.heads.length === 0) await wait(2);
    await server[Symbol.asyncDispose]();
    match(await asking.ended, /late$/);
    equal(await silent.ended, "");
  });

  test("ends what does not end by itself when its time is over, WebSockets among it", async () => {
    await using app = await rawUpstream((socket, head) => {
      if (head.includes("/socket"))
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
    });
    const server = await listening({ upstream: app.port, drainMs: 100 });
    const tunnel = say(server.port, "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const asking = say(server.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (!tunnel.heard().endsWith("hello")) await wait(2);
    await server[Symbol.asyncDispose]();
    ok((await tunnel.ended).endsWith("hello"));
    equal(await asking.ended, "");
  });
});

test("The firewall's listener listens on addresses of IPv6", async (context) => {
  const server = await listening({ host: "::1" }).catch((error: unknown) => {
    context.skip(`not run: ${String(error)}`);
    return undefined;
  });
  if (server === undefined) return;
  const asked = say(server.port, "GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n", "::1");
  equal(statusOf(await asked.ended), 200);
  await server[Symbol.asyncDispose]();
});
