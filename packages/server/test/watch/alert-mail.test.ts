import assert from "node:assert/strict";
import { test } from "node:test";
import { createTransport } from "../../src/mail/index.ts";
import { createMail } from "../../src/watch/index.ts";
import { postThrough } from "../../src/wiring/watching.ts";
import { startMailServer, type TestMailServer } from "../mail/mail-server.ts";
import { idOf, refused, START, times } from "./vectors/vector.ts";
import { openWatchHouse } from "./watch-house.ts";

function mailTo({ settings }: TestMailServer) {
  const from = { name: "Clinic", address: "clinic@example.com" };
  const send = createTransport({ server: settings, from, replyTo: undefined });
  return createMail({ to: "ops@example.com", name: "Clinic", post: postThrough(send, { newId: () => idOf(1), now: () => START }) });
}

test("Holdfast sends alerts by mail, to a real mail server over TLS, in both languages", async () => {
  await using server = await startMailServer();
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...times(9, () => refused({ at: START, from: "203.0.113.9", account: 1, name: 1 })));
  await house.settle(watch);
  const [message] = house.receiver.alerts();
  assert.ok(message);
  await mailTo(server).send({ ...message, alerts: message.alerts.map((alert) => ({ ...alert, sentence: "<b>bold</b>\r\n.\r\nQUIT" })) });
  const [letter, ...more] = server.received;
  assert.deepEqual([letter?.to, more.length], [["ops@example.com"], 0]);
  assert.match(letter?.raw ?? "", /^Subject: =\?UTF-8\?/m);
  const [, html = ""] = (letter?.raw ?? "").split("text/html");
  assert.ok(html.includes("&lt;b&gt;bold") && !html.includes("<b>"), "what came from outside is no markup");
});

test("Holdfast does not take an alert for sent that a mail server refuses", async () => {
  await using server = await startMailServer();
  server.onRecipient = () => ({ responseCode: 550, message: "nobody here" });
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen({ kind: "backup.failed", at: START, because: "no room" });
  await house.settle(watch);
  const [message] = house.receiver.alerts();
  assert.ok(message);
  await assert.rejects(mailTo(server).send(message), /did not take it/);
});
