import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { createFetch } from "../connect.ts";
import { authenticatorCode } from "../totp.ts";
import { openBrowser } from "./browser.ts";
import { type RunningServer, startServer } from "./server.ts";

const PICTURES = process.env["OPERATOR_PICTURES"];
const OPERATOR = { email: "operator@clinic.example", password: "a sentence that only the operator knows" };
const REPORTS = ["alerts", "audit", "backups", "trail", "counters", "protections"];

test("the operators' page, under its strict policy", async (t) => {
  await using server = await startServer();
  const url = await deskOf(server);
  const opened = await openBrowser(server.connection.url);
  if ("missing" in opened) return t.skip(`not run: ${opened.missing}`);
  const { browser } = opened;
  t.after(() => browser.close());
  await using ownFetch = await createFetch(server.connection, "h2");
  const { code } = server.command("operator", "add") as { code: string };
  const headers = { apikey: server.connection.publishableKey, "content-type": "application/json" };
  const body = JSON.stringify({ code, ...OPERATOR });
  assert.equal((await ownFetch(`${server.connection.url}/auth/v1/operator`, { method: "POST", headers, body })).status, 200);
  server.command("audit", "--fail-on", "none");

  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1_200, height: 1_000 } });
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));

  await t.test("asks for the second factor before it shows anything", async () => {
    await page.goto(url);
    await page.fill("#sign-in [name=email]", OPERATOR.email);
    await page.fill("#sign-in [name=password]", OPERATOR.password);
    await page.click("#sign-in button");
    await page.waitForSelector("#factor:not([hidden])");
    assert.equal(await page.textContent("#desk"), (await page.textContent("#desk"))?.replace(/\S/g, ""), "nothing is shown yet");
    const secret = (await page.textContent("#factor-secret")) ?? "";
    await page.fill("#factor [name=code]", authenticatorCode(secret, Date.now()));
    await page.click("#factor button");
    await page.waitForSelector("#recovery:not([hidden])");
    assert.equal(await page.locator("#recovery-codes li").count(), 10);
    await page.click("#kept");
    await page.waitForSelector("#protections dt");
  });

  await t.test("shows each report, and both languages of every word", async () => {
    for (const language of ["en", "ko"]) {
      for (const name of REPORTS) assert.ok((await page.textContent(`#${name} h2`))?.trim(), `${name} in ${language}`);
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/operator-${language}.png`, fullPage: true });
      assert.equal(await page.getAttribute("html", "lang"), language);
      assert.match((await page.textContent("#trail dd")) ?? "", /^[\d,.]+$/);
      await page.click("#language");
    }
  });

  await t.test("offers nothing on its port but signing in and looking", async () => {
    const session = { ...headers, authorization: `Bearer ${await tokenOf(ownFetch, server, OPERATOR)}` };
    for (const [method, path] of ELSEWHERE) {
      const { status } = await ownFetch(`${url}${path}`, { method, headers: session, body: method === "GET" ? null : "{}" });
      assert.ok([404, 405].includes(status), `${method} ${path} ${status}`);
    }
  });

  await t.test("keeps no token where another page could find it, and forgets all at the end", async () => {
    assert.deepEqual(await stored(page), { cookies: "", local: 0, session: 0 });
    await page.click("#sign-out");
    await page.waitForSelector("#sign-in:not([hidden])");
  });

  assert.deepEqual(complaints, []);
});

/** What the house does elsewhere, and not on the port of this page. */
const ELSEWHERE = [
  ["DELETE", "/auth/v1/user"],
  ["PUT", "/auth/v1/user"],
  ["POST", "/auth/v1/signup"],
  ["POST", "/auth/v1/user/export"],
  ["POST", "/auth/v1/operator"],
  ["GET", "/auth/v1/dev/mailbox"],
  ["GET", "/auth/v1/admin/users"],
  ["GET", "/rest/v1/patients"],
] as const;

async function tokenOf(ownFetch: typeof fetch, { connection }: RunningServer, who: typeof OPERATOR): Promise<string> {
  const headers = { apikey: connection.publishableKey, "content-type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify(who) };
  const answer = (await (await ownFetch(`${connection.url}/auth/v1/token?grant_type=password`, asked)).json()) as { access_token: string };
  return answer.access_token;
}

async function stored(page: Page): Promise<unknown> {
  return page.evaluate(() => ({ cookies: document.cookie, local: localStorage.length, session: sessionStorage.length }));
}

async function deskOf(server: RunningServer): Promise<string> {
  for (;;) {
    const url = /Operators look at (https:\/\/[^\s"]+?)[."]?\s/.exec(server.output())?.[1];
    if (url !== undefined) return url;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}
