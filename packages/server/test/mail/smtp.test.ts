import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { readSettings } from "../../src/settings.ts";
import { readMailServer } from "../../src/wiring/smtp.ts";

const SECRET = "p%40ss-w0rd";

test("Holdfast reads the address of its mail server, with its password, from where a reference says", async (t) => {
  const rows = [
    [
      "smtps://me:p%40ss@mail.example.com",
      { host: "mail.example.com", port: 465, security: "tls", login: { user: "me", password: "p@ss" } },
    ],
    ["smtps://mail.example.com:4650\n", { host: "mail.example.com", port: 4650, security: "tls", login: undefined }],
    [
      "smtp://me%40x:y@mail.example.com:25/",
      { host: "mail.example.com", port: 25, security: "starttls", login: { user: "me@x", password: "y" } },
    ],
    ["smtp://me:y@[2001:db8::1]", { host: "2001:db8::1", port: 587, security: "starttls", login: { user: "me", password: "y" } }],
  ] as const;
  for (const [address, expected] of rows) {
    await t.test(address.trim(), () => assert.deepEqual(readMailServer("env:MAIL", { MAIL: address }), expected));
  }
});

test("Holdfast takes no other address, and repeats none of it", async (t) => {
  const rows = [
    `smtp+plain://me:${SECRET}@mail.example.com`,
    `https://me:${SECRET}@mail.example.com`,
    `smtps://${SECRET}@mail.example.com`,
    `smtps://me:${SECRET}@mail.example.com/path`,
    `smtps://me:${SECRET}@mail.example.com?tls.rejectUnauthorized=false`,
    `smtps://me:${SECRET}@mail.example.com#x`,
    `smtps://me:${SECRET}%zz@mail.example.com`,
    `smtps://me:${SECRET}@`,
    SECRET,
    "",
  ];
  for (const address of rows) {
    await t.test(address, () => {
      assert.throws(
        () => readMailServer("env:MAIL", { MAIL: address }),
        (error) => isFault(error, "settings.invalid") && !error.message.includes("w0rd"),
      );
    });
  }
});

test("Holdfast reads the mail server from a file that is its own alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-smtp-"));
  const file = join(folder, "smtp");
  assert.throws(() => readMailServer(`file:${file}`, {}), /There is no file/);
  writeFileSync(file, "smtps://me:y@mail.example.com", { mode: 0o600 });
  assert.equal(readMailServer(`file:${file}`, {}).host, "mail.example.com");
  chmodSync(file, 0o640);
  assert.throws(() => readMailServer(`file:${file}`, {}), /chmod 600/);
  rmSync(folder, { recursive: true });
});

test("Holdfast takes where the mail server is named, and never its address, as a setting", () => {
  const read = (value: string) => readSettings({ flags: {}, env: { HOLDFAST_SMTP: value }, cwd: "/srv" }).settings.smtp;
  assert.deepEqual([read("env:MAIL"), read("file:/run/smtp"), read("file:smtp")], ["env:MAIL", "file:/run/smtp", "file:/srv/smtp"]);
  for (const value of [`smtps://me:${SECRET}@mail.example.com`, "prompt:", "mail.example.com"])
    assert.throws(() => read(value), (error) => isFault(error, "settings.invalid") && !error.message.includes("w0rd")); // biome-ignore format: one line
});
