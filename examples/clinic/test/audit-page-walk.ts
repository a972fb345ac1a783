import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { startServer } from "./server.ts";

/** Several things that an audit must not like, and a name that would be markup if it were not escaped. */
const WEAK = `import { accounts, collection, define, ref, text } from "holdfast";
const posts = collection({ fields: { owner: ref(accounts), phone: text({ max: 20 }) }, access: (words) => ({ read: words.public(), create: words.public() }) });
const notes = collection({ fields: { owner: ref(accounts), body: text({ max: 200, personal: true }) }, access: ({ row, actor }) => ({ read: actor.signedIn(), update: { old: row.owner.is(actor.id), new: actor.signedIn() } }) });
export default define({ name: "<img src=x onerror=alert(1)> & Söhne", collections: { posts, notes }, networks: { trustedProxies: ["0.0.0.0/0"] } });
`;
const PICTURES = process.env["AUDIT_PICTURES"];

test("the audit as a page", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "audit-page-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const config = join(folder, "weak.config.ts");
  await writeFile(config, WEAK);
  await using server = await startServer();
  const opened = await openBrowser(server.connection.url);
  if ("missing" in opened) return t.skip(`not run: ${opened.missing}`);
  const { browser } = opened;
  // Also after a failure: a browser that is left open keeps the run from ending.
  t.after(() => browser.close());
  const good = join(folder, "good.html");
  const weak = join(folder, "weak.html");
  server.command("audit", "--html", good);
  await using other = await startServer({ config });
  other.command("audit", "--html", weak, "--fail-on", "none", "--language", "ko");

  const page = await browser.newPage({ viewport: { width: 1_100, height: 900 } });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(dialog.message()));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) complaints.push(request.url());
  });

  await t.test("stands alone: a strict policy, no script, no address, no inline style", async () => {
    for (const file of [good, weak]) {
      const text = await readFile(file, "utf8");
      assert.match(text, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
      assert.doesNotMatch(text, /<script|<img|<link|<iframe|https?:\/\//i);
      await page.goto(pathToFileURL(file).href);
      const attributes = await page.$$eval("*", (all) => all.flatMap((one) => one.getAttributeNames()));
      assert.deepEqual(attributes.filter((name) => /^on|^style$|^src$/.test(name)), []); // biome-ignore format: one line
    }
  });

  await t.test("is styled under its own policy", async () => {
    await page.goto(pathToFileURL(good).href);
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector(".page") as Element).maxWidth), "960px");
    assert.equal(await page.textContent("h1"), "Clinic");
  });

  await t.test("shows one language at a time, and the other by a click", async () => {
    for (const [file, first, second] of [
      [good, "en", "ko"],
      [weak, "ko", "en"],
    ] as const) {
      await page.goto(pathToFileURL(file).href);
      await assertLanguage(page, first, second);
      await page.click(`label[for=${second}]`);
      await assertLanguage(page, second, first);
    }
  });

  await t.test("shows what is wrong, the worst first, as text", async () => {
    await page.goto(pathToFileURL(weak).href);
    const severities = await page.$$eval(".card", (cards) => cards.map((card) => card.classList[1]));
    assert.deepEqual(severities.toSorted((a, b) => ORDER.indexOf(a ?? "") - ORDER.indexOf(b ?? "")), severities); // biome-ignore format: one line
    assert.ok(severities.length >= 5);
    assert.equal(await page.textContent(".ring .letter"), "F");
    assert.equal(await page.textContent("h1"), "<img src=x onerror=alert(1)> & Söhne");
  });

  if (PICTURES !== undefined) await takePictures(page, { good, weak }, PICTURES);
  assert.deepEqual(complaints, []);
});

const ORDER = ["critical", "high", "medium", "low"];

async function assertLanguage(page: Page, shown: string, hidden: string): Promise<void> {
  const isVisible = (language: string): Promise<boolean> =>
    page.$$eval(`.page [lang=${language}]`, (all) => all.some((one) => one.checkVisibility()));
  assert.deepEqual([await isVisible(shown), await isVisible(hidden)], [true, false]);
}

async function takePictures(page: Page, files: Readonly<Record<string, string>>, folder: string): Promise<void> {
  for (const [name, file] of Object.entries(files)) {
    for (const language of ["en", "ko"]) {
      await page.goto(pathToFileURL(file).href);
      await page.click(`label[for=${language}]`);
      await page.screenshot({ path: join(folder, `${name}-${language}.png`), fullPage: true });
    }
  }
  await page.setViewportSize({ width: 400, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: join(folder, "narrow-dark.png") });
  await page.click("summary");
  await page.locator("caption >> nth=2").scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(folder, "narrow-table.png") });
}
