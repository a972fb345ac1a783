import assert from "node:assert/strict";
import { test } from "node:test";
import { readSettings } from "../../src/settings.ts";

const cwd = "/srv/app";
const read = (flags: Record<string, string>, env: Record<string, string> = {}): ReturnType<typeof readSettings> =>
  readSettings({ flags, env, cwd });

test("Holdfast listens on loopback and keeps its data beside the config where nobody says anything", () => {
  assert.deepEqual(read({}).settings, {
    config: "/srv/app/holdfast.config.ts",
    data: "/srv/app/.holdfast",
    host: "127.0.0.1",
    port: 8443,
    operatorPort: 8444,
    httpPort: undefined,
    certificate: undefined,
    domain: undefined,
    backups: { target: { kind: "folder", path: "/srv/app/.holdfast/backups" }, keyReference: undefined },
    advisories: undefined,
    alerts: { webhook: undefined, secretReference: undefined, mail: undefined },
    rootKey: undefined,
    smtp: undefined,
  });
});

test("Holdfast believes flags over the environment, and the environment over defaults, and remembers who said it", () => {
  const { settings, said } = read({ port: "1" }, { HOLDFAST_PORT: "2", HOLDFAST_HOST: "::1", HOLDFAST_DATA: "" });
  assert.deepEqual([settings.port, settings.host, settings.data], [1, "::1", "/srv/app/.holdfast"]);
  const setBy = Object.fromEntries(said.map((setting) => [setting.name, setting.setBy]));
  assert.deepEqual([setBy["port"], setBy["host"], setBy["data"]], ["--port", "HOLDFAST_HOST", "default"]);
});

test("Holdfast reads paths from where the command was given", () => {
  const { settings } = read({ cert: "c.pem", key: "../k.pem", "root-key": "file:root", config: "/etc/x.ts" });
  assert.deepEqual(settings.certificate, { certFile: "/srv/app/c.pem", keyFile: "/srv/k.pem" });
  assert.deepEqual([settings.rootKey, settings.config], ["file:/srv/app/root", "/etc/x.ts"]);
});

const WRONG: readonly (readonly [what: string, flags: Record<string, string>])[] = [
  ["a port that is none", { port: "70000" }],
  ["a port with a sign", { port: "-1" }],
  ["a plain port that is none", { "http-port": "http" }],
  ["an empty folder", { data: " " }],
  ["a NUL in a path", { config: "a\0b" }],
  ["a name with a scheme", { domain: "https://api.example.com" }],
  ["a name of one word", { domain: "localhost" }],
  ["a certificate without its key", { cert: "c.pem" }],
  ["a key without its certificate", { key: "k.pem" }],
  ["a root key instead of its place", { "root-key": "hf-root-1234" }],
  ["a webhook without the place of its secret", { "alert-webhook": "https://hooks.example.com/x" }],
  ["the place of a secret without a webhook", { "alert-secret": "env:SECRET" }],
  ["a webhook in clear", { "alert-webhook": "http://hooks.example.com/x", "alert-secret": "env:SECRET" }],
  ["a webhook of another kind", { "alert-webhook": "ftp://127.0.0.1/x", "alert-secret": "env:SECRET" }],
  ["a webhook with a password in it", { "alert-webhook": "https://me:hf-root@hooks.example.com/", "alert-secret": "env:SECRET" }],
  ["the secret of a webhook instead of its place", { "alert-webhook": "https://hooks.example.com/x", "alert-secret": "hf-root-1234" }],
  ["two mail addresses for alerts", { "alert-mail": "a@example.com,b@example.com" }],
  ["a mail address with a line break", { "alert-mail": "a@example.com\nBcc: b@example.com" }],
];

for (const [what, flags] of WRONG) {
  test(`Holdfast refuses ${what}, without showing secrets`, () => {
    assert.throws(
      () => read(flags),
      (error: unknown) =>
        error instanceof Error && "code" in error && error.code === "settings.invalid" && !error.message.includes("hf-root"),
    );
  });
}
