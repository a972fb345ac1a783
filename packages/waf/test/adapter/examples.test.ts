import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import test from "node:test";
import { sendRaw } from "./talk.ts";

const LINES_MAX = 26;

const NAMES = ["node", "express", "fastify", "hono"] as const;

for (const name of NAMES) {
  test(`The firewall, in the example for ${name}, refuses attacks and lets everything else pass as it came`, async (context) => {
    const child = fork(new URL("serve-example.ts", import.meta.url), [name], { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (part) => {
      complaints += part;
    });
    context.after(() => child.kill());
    const [said]: unknown[] = await Promise.race([once(child, "message"), once(child, "exit")]);
    assert.ok(typeof said === "object" && said !== null && "port" in said && typeof said.port === "number", complaints);
    const { port } = said;
    const url = `http://127.0.0.1:${port}`;

    await context.test("a benign body arrives as it was sent", async () => {
      const body = JSON.stringify({ text: "5 < 6 & 7 > 6 — naïve 한글", list: Array.from({ length: 500 }, (_, index) => index) });
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      assert.equal(await response.text(), body);
      assert.equal(response.status, 200);
    });

    await context.test("an attack is refused with an id and nothing else", async () => {
      const inTarget = await fetch(`${url}/events?q=${encodeURIComponent("<script>alert(document.cookie)</script>")}`);
      assert.equal(inTarget.status, 403);
      assert.match(await inTarget.text(), /^Refused\. Reference: [0-9a-f-]{36}\n$/);
      const body = JSON.stringify({ id: "1' UNION SELECT password FROM users --" });
      const inBody = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      assert.equal(inBody.status, 403);
      assert.match(await inBody.text(), /^Refused\. Reference: [0-9a-f-]{36}\n$/);
    });

    await context.test("a body that nobody can read is refused", async () => {
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: '{"a":' });
      assert.equal(response.status, 400);
    });

    await context.test("an event stream flows at once", async () => {
      const events = await fetch(`${url}/events`);
      assert.equal(events.status, 200);
      const { value } = (await events.body?.getReader().read()) ?? {};
      assert.equal(Buffer.from(value ?? []).toString(), "data: hello\n\n");
    });

    await context.test("a WebSocket opens, but not for an attack", async () => {
      const head = "HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nAccept: */*\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
      assert.match(await sendRaw(port, `GET /socket ${head}`), /^HTTP\/1\.1 101 [\s\S]*\r\n\r\nhello$/);
      assert.match(
        await sendRaw(port, `GET /socket?q=%3Cscript%3Ealert(1)%3C/script%3E ${head}`),
        /^HTTP\/1\.1 403 [\s\S]*Refused\. Reference: /,
      );
    });

    await context.test("a request that Node cannot read is answered 400", async () => {
      assert.match(await sendRaw(port, "GET / HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n"), /^HTTP\/1\.1 400 [\s\S]*Refused\. Reference: /);
    });
  });

  test(`The example for ${name} is short`, () => {
    const lines = readFileSync(new URL(`../../examples/${name}.ts`, import.meta.url), "utf8").split("\n").length;
    assert.ok(lines <= LINES_MAX, `${lines} lines`);
  });
}
