import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { judge, openWaf } from "./engine.ts";

const waf = openWaf();
const LINE = "document.write('<script src=x></script>')";

function event(frame: object, more: object = {}): string {
  return JSON.stringify({
    exception: { values: [{ type: "TypeError", value: "x is null", stacktrace: { frames: [{ filename: "app:///main.js", ...frame }] } }] },
    ...more,
  });
}

const ENVELOPE = ['{"event_id":"df55e2553ad8a06d","sent_at":"2026-11-21T10:11:12Z"}', '{"type":"event"}'];

const ROWS: readonly (readonly [act: "allow" | "refuse", name: string, type: string, body: string])[] = [
  ["allow", "an error with a line of the application's source", "application/json", event({ context_line: LINE })],
  ["allow", "an error with the lines around it", "application/json", event({ pre_context: ["eval(atob(x));", LINE], post_context: ["$(cat /etc/hosts)"] })],
  ["allow", "an envelope, whose lines are JSON texts", "text/plain;charset=UTF-8", [...ENVELOPE, event({ context_line: LINE })].join("\n")],
  ["allow", "an envelope that ends its last line", "application/x-sentry-envelope", `${[...ENVELOPE, event({ context_line: LINE })].join("\n")}\n`],
  ["allow", "events of a page in lines", "text/plain", '{"event":"view","note":"it\'s <b>bold</b>; or 5"}\r\n{"event":"leave"}\r\n'],
  ["refuse", "a lookup that loggers follow in a line of source", "application/json", event({ context_line: `\${jndi:ldap://h.example/a}` })],
  ["refuse", "a name that reaches a prototype in a line of source", "application/json", event({ context_line: "__proto__[a]=b" })],
  ["refuse", "an attack in another field of a frame", "application/json", event({ function: LINE })],
  ["refuse", "an attack beside the error", "application/json", event({ context_line: LINE }, { user: "1' or '1'='1" })],
  ["refuse", "an attack in a field of the same name elsewhere", "application/json", JSON.stringify({ context_line: LINE })],
  ["refuse", "an attack in a form under the name", "application/x-www-form-urlencoded", `exception.values.array_0.stacktrace.frames.array_0.context_line=${encodeURIComponent(LINE)}`],
  ["refuse", "an attack in a line of an envelope", "text/plain", [...ENVELOPE, event({ context_line: LINE }, { user: "1' or '1'='1" })].join("\n")],
  ["refuse", "an attack behind lines of JSON", "text/plain", `${ENVELOPE.join("\n")}\n<script>alert(1)</script>`],
  ["refuse", "an attack in a line that is a text alone", "text/plain", `${ENVELOPE.join("\n")}\n"<script>alert(1)</script>"`],
]; // biome-ignore format: one row each

for (const [act, name, type, body] of ROWS)
  test(`The firewall's built-in rules ${act === "allow" ? "let through" : "refuse"} ${name}`, () => {
    strictEqual(judge(waf, { type, body }).verdict.act, act);
  });
