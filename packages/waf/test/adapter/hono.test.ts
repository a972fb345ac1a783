import assert from "node:assert/strict";
import test from "node:test";
import { Hono } from "hono";
import { honoFirewall } from "../../src/adapter/hono.ts";
import { handMade } from "./hand-made.ts";

function app(options: Parameters<typeof handMade>[0] = {}) {
  const { protection, shown } = handMade(options);
  const hono = new Hono();
  hono.use(honoFirewall(protection));
  hono.post("/", async (context) => context.text(await context.req.text()));
  hono.post("/form", async (context) => context.json(await context.req.parseBody()));
  hono.get("/long", (context) => context.text("x".repeat(300)));
  hono.get("/says", (context) => context.text("evil", 200, { "set-cookie": "session=1" }));
  hono.get("/heads", (context) => context.text("", 200, { "x-a": "evil" }));
  hono.get("/stream", (context) =>
    context.body(new ReadableStream({ start: (it) => it.enqueue(new TextEncoder().encode("data")) }), 200, {
      "content-type": "text/event-stream",
    }),
  );
  return { hono, shown };
}

test("The firewall hands Hono the body as it came, and judges it first", async () => {
  const { hono, shown } = app();
  assert.equal(await (await hono.request("/", { method: "POST", body: "hello" })).text(), "hello");
  const form = new FormData();
  form.append("a", new Blob(["content"]), "name.txt");
  const echoed = await hono.request("/form", { method: "POST", body: form });
  assert.equal(echoed.status, 200);
  const refused = await hono.request("/", { method: "POST", body: "evil" });
  assert.equal(refused.status, 403);
  assert.equal(await refused.text(), "Refused. Reference: id-3\n");
  assert.equal(shown.closed, 3);
  assert.deepEqual(shown.heads[0]?.headers[0], ["host", "localhost"]);
});

test("The firewall refuses Hono's requests by their target, their size and what cannot be read", async () => {
  const { hono, shown } = app({ bodyBytesMax: 10 });
  assert.equal((await hono.request("/evil?x")).status, 403);
  assert.equal(shown.heads[0]?.target, "/evil?x");
  assert.equal((await hono.request("/", { method: "POST", body: "x".repeat(11) })).status, 413);
  assert.equal((await hono.request("/", { method: "POST", body: "{", headers: { "content-type": "application/json" } })).status, 400);
  assert.equal((await hono.request("/elsewhere")).headers.get("location"), "/away");
});

test("The firewall refuses Hono's answers, and keeps nothing of them", async () => {
  const { hono, shown } = app({ watchesAnswers: true });
  for (const path of ["/says", "/heads"]) {
    const response = await hono.request(path);
    assert.equal(response.status, 403);
    assert.match(await response.text(), /^Refused\. Reference: id-\d\n$/);
    assert.equal(response.headers.get("set-cookie"), null);
    assert.equal(response.headers.get("x-a"), null);
  }
  assert.equal(shown.closed, 2);
});

test("The firewall passes Hono's answers on, held for a while or not at all", async () => {
  const { hono } = app({ watchesAnswers: true, answerBytesMax: 100 });
  assert.equal(await (await hono.request("/long")).text(), "x".repeat(300));
  const reader = (await hono.request("/stream")).body?.getReader();
  assert.equal(new TextDecoder().decode((await reader?.read())?.value), "data");
  await reader?.cancel();
});
