import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { signerFor } from "../../src/vault/index.ts";
import { createMail, createWebhook, type Message } from "../../src/watch/index.ts";

const SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const NOW = Date.UTC(2026, 10, 20, 9);
const message: Message = {
  id: "01a1fc35-08ad-7c1e-a202-b04795f4ba7d",
  kind: "alert",
  at: NOW,
  severity: "high",
  title: { en: "Somebody guesses", ko: "누군가 추측" },
  advice: { en: "Look at it.", ko: "확인하세요." },
  detection: "guessing",
  alerts: [{ id: "a", subject: "s", sentence: "Account s:\r\nBcc: x@example.com", count: 3, firstAt: NOW, lastAt: NOW }],
  more: 2,
  facts: { app: "Test" },
};

interface Heard {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function receive(
  answer: (response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly heard: Heard[] } & AsyncDisposable> {
  const heard: Heard[] = [];
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      answer(response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const hook = (url: string) => createWebhook({ url, fetch: globalThis.fetch, sign: signerFor(SECRET), now: () => NOW + 5_000 });

test("Holdfast signs each message as Standard Webhooks say, over id, time and body", async () => {
  await using receiver = await receive((response) => response.writeHead(204).end());
  await hook(receiver.url).send(message);
  const [{ headers, body } = { headers: {}, body: "" }] = receiver.heard;
  assert.equal(headers["webhook-id"], message.id);
  assert.equal(headers["webhook-timestamp"], String((NOW + 5_000) / 1_000));
  const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
  const expected = createHmac("sha256", key)
    .update(`${message.id}.${(NOW + 5_000) / 1_000}.${body}`)
    .digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${expected}`);
  const { type, data } = JSON.parse(body);
  assert.deepEqual(
    [type, data.detection, data.severity, data.alerts[0].count, data.more, data.app],
    ["holdfast.alert", "guessing", "high", 3, 2, "Test"],
  );
});

test("Holdfast follows no redirect of a webhook", async () => {
  await using elsewhere = await receive((response) => response.writeHead(204).end());
  await using receiver = await receive((response) => response.writeHead(307, { location: elsewhere.url }).end());
  await assert.rejects(hook(receiver.url).send(message));
  assert.equal(elsewhere.heard.length, 0);
});

for (const status of [400, 404, 410, 429, 500, 503]) {
  test(`Holdfast does not take ${status} for delivered`, async () => {
    await using receiver = await receive((response) => response.writeHead(status).end("no"));
    await assert.rejects(hook(receiver.url).send(message), new RegExp(`answered ${status}`));
  });
}

test("Holdfast reads nothing of what a webhook answers", async () => {
  let sent = 0;
  await using receiver = await receive((response) => {
    response.writeHead(200);
    const pour = (): void => {
      while (sent < 1_000_000_000 && !response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
    };
    response.on("drain", pour);
    pour();
  });
  await hook(receiver.url).send(message);
  assert.ok(sent < 100_000_000, `${sent} bytes were taken`);
});

for (const secret of ["short", "whsec_c2hvcnQ=", ""]) {
  test(`Holdfast signs with no secret as short as "${secret}"`, () => assert.throws(() => signerFor(secret), /needs 16 bytes/));
}

test("Holdfast writes alerts by mail in both languages, on lines of its own making", async () => {
  const letters: { readonly to: string; readonly subject: string; readonly text: string }[] = [];
  const mail = createMail({ to: "ops@example.com", name: "Clinic", post: async (letter) => void letters.push(letter) });
  await mail.send(message);
  const [letter] = letters;
  assert.equal(letter?.subject, "[Clinic] high: Somebody guesses / 누군가 추측");
  assert.match(letter?.text ?? "", /- Account s: Bcc: x@example\.com\n/);
  assert.match(letter?.text ?? "", /2 more: holdfast alerts list/);
  assert.ok(!mail.carries("heartbeat") && mail.carries("blind"));
});
