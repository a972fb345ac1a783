import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { createAppClient, createFetch } from "../connect.ts";
import { createDoctors } from "../people.ts";
import { authenticatorCode } from "../totp.ts";
import { openBrowser } from "./browser.ts";
import { startServer } from "./server.ts";

test("the walk through the page, under its strict policy", async (t) => {
  await using server = await startServer();
  const opened = await openBrowser(server.connection.url);
  if ("missing" in opened) return t.skip(`not run: ${opened.missing}`);
  const { browser } = opened;
  // Also after a failure: a browser that is left open keeps the run from ending.
  t.after(() => browser.close());
  await using ownFetch = await createFetch(server.connection, "h2");
  const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
  const [doctor] = await createDoctors(createAppClient(server.connection, secretKey, ownFetch), 1);
  assert.ok(doctor);

  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  const complaints = await collectComplaints(page);

  await t.test("signs a new person up, who has no role yet", async () => {
    await page.goto(server.connection.url);
    await page.fill("#sign-in-form [name=email]", "new-person@clinic.example");
    await page.fill("#sign-in-form [name=password]", "a sentence nobody has used before");
    await page.click("[value=sign-up]");
    await page.waitForSelector("#ward:not([hidden])");
    await page.fill("#patient-form [name=name]", "Nobody");
    await page.fill("#patient-form [name=national_id]", "0");
    await page.click("#patient-form button");
    await page.waitForFunction(() => document.querySelector("#message")?.textContent?.includes("no role"));
    await page.click("#sign-out");
  });

  await t.test("lets a doctor sign in and work with patients", async () => {
    await signIn(page, doctor);
    await page.waitForSelector("#ward:not([hidden])");
    await page.fill("#patient-form [name=name]", "김민수 <b>bold</b>");
    await page.fill("#patient-form [name=national_id]", "A-77");
    await page.click("#patient-form button");
    await page.waitForSelector("#patients tr");
    assert.equal(await page.textContent("#patients td"), "김민수 <b>bold</b>", "markup in a value stays text");
    await page.fill("#find-form [name=national_id]", "A-77");
    await page.click("#find-form button");
    await page.waitForFunction(() => document.querySelectorAll("#patients tr").length === 1);
    await page.click("#patients button");
    await page.waitForFunction(() => document.querySelector("#patients tr")?.textContent?.includes("discharged"));
  });

  await t.test("enrols a second factor from the picture that the server made, and asks for it at the next sign-in", async () => {
    await page.click("#enrol");
    await page.waitForFunction(() => document.querySelector("#totp-secret")?.textContent !== "");
    assert.ok(await page.evaluate(() => (document.querySelector("#qr") as HTMLImageElement).decode().then(() => true)));
    const secret = (await page.textContent("#totp-secret")) ?? "";
    await page.fill("#code-form [name=code]", authenticatorCode(secret, Date.now()));
    await page.click("#code-form button");
    await page.waitForSelector("#recovery:not([hidden])");
    const codes = await page.locator("#recovery-codes li").allTextContents();
    assert.equal(codes.length, 10);
    const recoveryCode = codes[6] ?? "";
    await page.waitForFunction((code) => !JSON.stringify({ ...localStorage }).includes(code), recoveryCode);
    await page.click("#kept");
    await page.waitForSelector("#ward:not([hidden])");
    assert.equal(await page.textContent("#recovery-codes"), "");
    await page.click("#sign-out");
    await signIn(page, doctor);
    await page.waitForSelector("#second-factor:not([hidden])");
    await page.fill("#code-form [name=code]", authenticatorCode(secret, Date.now() + 30_000));
    await page.click("#code-form button");
    await page.waitForSelector("#patients tr");
    await page.click("#sign-out");
    await signIn(page, doctor);
    await page.waitForSelector("#second-factor:not([hidden])");
    await page.fill("#code-form [name=code]", recoveryCode.toUpperCase());
    await page.click("#code-form button");
    await page.waitForSelector("#patients tr");
  });

  await t.test("speaks Korean when asked", async () => {
    await page.click("#language");
    assert.equal(await page.getAttribute("html", "lang"), "ko");
    assert.equal(await page.textContent("h1"), "진료소");
    if (process.env["CLINIC_PICTURE"]) await page.screenshot({ path: process.env["CLINIC_PICTURE"], fullPage: true });
  });

  await t.test("breaks no policy and throws no error on the way", () => assert.deepEqual(complaints, []));
});

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.waitForSelector("#entrance:not([hidden])");
  await page.fill("#sign-in-form [name=email]", email);
  await page.fill("#sign-in-form [name=password]", password);
  await page.click("[value=sign-in]");
}

/** Every violation of the policy, and every error that nobody caught. */
async function collectComplaints(page: Page): Promise<string[]> {
  const complaints: string[] = [];
  await page.exposeFunction("complain", (text: string) => complaints.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      (globalThis as unknown as { complain(text: string): void }).complain(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}
