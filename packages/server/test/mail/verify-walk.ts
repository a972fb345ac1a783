import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Browser, Page } from "playwright-core";
import { createFetch } from "../../../../examples/clinic/connect.ts";
import { openBrowser } from "../../../../examples/clinic/test/browser.ts";
import { startServer } from "../../../../examples/clinic/test/server.ts";
import { authenticatorCode } from "../../../../examples/clinic/totp.ts";
import { LOGIN, readMessage, startMailServer, type TestMailServer } from "./mail-server.ts";
import { until } from "./post.ts";

const CONFIG = `import { collection, define, text } from "holdfast";
for (const name of ["HOLDFAST_SMTP", "CLINIC_SMTP"]) if (process.env[name] !== undefined) throw new Error("A config sees how mail is sent.");
export default define({
  name: "Clinic",
  collections: { notes: collection({ fields: { title: text({ max: 10 }) } }) },
  mail: { from: "Clinic <no-reply@clinic.example>" },
  limits: { signUpsPerAddress: { perMinute: 600, burst: 200 }, signInsPerAddress: { perMinute: 600, burst: 200 } },
});
`;
const email = "ada@example.org";
const PASSWORD = "seven purple lanterns hum";
const OTHER = "a quiet harbour at 4 dawn";

test("the walk from a letter to a page to an account, with a real server, a real mail server and a real browser", async (t) => {
  await using mail = await startMailServer();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-mail-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [config, authority] = [join(folder, "holdfast.config.ts"), join(folder, "mail-ca.pem")];
  await writeFile(config, CONFIG);
  await writeFile(authority, mail.settings.authority ?? "");
  const address = `smtps://${LOGIN.user}:${encodeURIComponent(LOGIN.password)}@localhost:${mail.settings.port}`;
  const env = { NODE_EXTRA_CA_CERTS: authority, HOLDFAST_SMTP: "env:CLINIC_SMTP", CLINIC_SMTP: address };
  await using server = await startServer({ config, env });
  const opened = await openBrowser(server.connection.url);
  if ("missing" in opened) return t.skip(`not run: ${opened.missing}`);
  await using ownFetch = await createFetch(server.connection, "h2");
  const client = (): SupabaseClient =>
    createClient(server.connection.url, server.connection.publishableKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: ownFetch },
    });
  await walk(t, opened.browser, mail, client, `${server.connection.url}/auth/v1/verify`);
  assert.ok(!server.output().includes(LOGIN.password) && !server.output().includes(address));
  await opened.browser.close();
});

async function walk(t: TestContext, browser: Browser, mail: TestMailServer, client: () => SupabaseClient, whole: string): Promise<void> {
  const complaints: string[] = [];
  const open = async (url: string, locale = "en-GB"): Promise<Page> => {
    const page = await (await browser.newContext({ locale })).newPage();
    page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
    page.on("pageerror", (error) => void complaints.push(String(error)));
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector("#told")?.textContent !== "");
    return page;
  };
  const told = (page: Page): Promise<string | null> => page.textContent("#told");
  const press = async (page: Page): Promise<string | null> => {
    const before = await told(page);
    await page.click("#go");
    await page.waitForFunction((text) => document.querySelector("#told")?.textContent !== text, before);
    return told(page);
  };
  let read = 0;
  const linkOf = async (): Promise<string> => {
    // Notices come between: of a new device, of the factor.
    for (;;) {
      await until(() => mail.received.length > read);
      const { text } = readMessage(mail.received[read++]?.raw ?? "");
      const [link] = /^https:\S+$/m.exec(text) ?? [];
      if (link !== undefined) return link;
    }
  };

  await t.test("confirms an address, at the press of a button and not before, and leaves no session behind", async () => {
    await client().auth.signUp({ email, password: PASSWORD });
    const url = await linkOf();
    const page = await open(url);
    assert.ok(!page.url().includes("token_hash"), "the code leaves the address");
    await open(url); // a mail scanner
    assert.equal((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code, "email_not_confirmed");
    assert.match((await press(page)) ?? "", /is confirmed/);
    assert.equal((await client().auth.signInWithPassword({ email, password: PASSWORD })).error, null);
    assert.match((await press(await open(url))) ?? "", /was used, or has ended/);
  });

  await t.test("recovers an account whose owner shows the factor, in Korean", async () => {
    const owner = client();
    await owner.auth.signInWithPassword({ email, password: PASSWORD });
    const enrolled = await owner.auth.mfa.enroll({ factorType: "totp" });
    assert.ok(enrolled.data?.type === "totp");
    const { secret } = enrolled.data.totp;
    // The one before the present one: the present one is kept for the page.
    const code = authenticatorCode(secret, Date.now() - 30_000);
    assert.equal((await owner.auth.mfa.challengeAndVerify({ factorId: enrolled.data.id, code })).error, null);
    await client().auth.resetPasswordForEmail(email);
    const page = await open(await linkOf(), "ko-KR");
    assert.equal(await page.textContent("h1"), "계정 복구");
    assert.match((await press(page)) ?? "", /비밀번호를 정해/);
    await page.fill("#password", OTHER);
    await page.fill("#factor", "000000");
    assert.match((await press(page)) ?? "", /2단계 인증 코드가 올바르지/);
    await page.fill("#factor", authenticatorCode(secret, Date.now()));
    if (process.env["HOLDFAST_PICTURE"] !== undefined) await page.screenshot({ path: process.env["HOLDFAST_PICTURE"] });
    assert.match((await press(page)) ?? "", /비밀번호가 설정되었습니다/);
    assert.equal((await client().auth.signInWithPassword({ email, password: OTHER })).error, null);
    assert.equal((await client().auth.signInWithPassword({ email, password: PASSWORD })).error?.code, "invalid_credentials");
  });

  await t.test("says so where the link is not whole, and breaks its policy nowhere", async () => {
    const page = await open(whole);
    assert.match((await told(page)) ?? "", /not complete/);
    assert.equal(await page.isVisible("#go"), false);
    // What the server refused is logged by the browser; nothing else is.
    assert.deepEqual(complaints.filter((text) => !text.includes("status of 4")), []); // biome-ignore format: one line
  });
}
