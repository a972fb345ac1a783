import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { planFrom } from "../../src/model/index.ts";
import { app, type Mistake, testMistakes } from "./mistakes.ts";

test("Holdfast takes what a config says of letters", () => {
  const mail = { from: "The Clinic <no-reply@clinic.example>", replyTo: "help@clinic.example", language: "ko", pages: ["https://app.example.com/welcome?a=1"] } as const; // biome-ignore format: one line
  deepEqual(planFrom(app({ mail })).mail, { ...mail, from: { name: "The Clinic", address: "no-reply@clinic.example" } });
  deepEqual(planFrom(app({ mail: { from: "no-reply@clinic.example" } })).mail.from, { name: "", address: "no-reply@clinic.example" });
});

const from = "no-reply@clinic.example";
const MISTAKES: readonly Mistake[] = [
  ["a sender that is no address", app({ mail: { from: "Clinic" } }), "mail.from", /from whom letters come/],
  ["a sender with a line break", app({ mail: { from: "Clinic\r\nBcc: eve@example.org <a@example.org>" } }), "mail.from", /from whom/],
  ["two senders", app({ mail: { from: "a@example.org, b@example.org" } }), "mail.from", /from whom letters come/],
  ["an answer to nowhere", app({ mail: { from, replyTo: "help" } }), "mail.replyTo", /Write a mail address/],
  ["a language that is not spoken", app({ mail: { from, language: "fr" } }), "mail.language", /en/],
  ["a page without its scheme", app({ mail: { from, pages: ["app.example.com"] } }), "mail.pages[0]", /whole address of the page/],
  [
    "a page that is not as it would be compared",
    app({ mail: { from, pages: ["https://APP.example.com"] } }),
    "mail.pages[0]",
    /whole address/,
  ],
  [
    "a page with a place for the code already",
    app({ mail: { from, pages: ["https://app.example.com/#x"] } }),
    "mail.pages[0]",
    /whole address/,
  ],
  ["a page with a password", app({ mail: { from, pages: ["https://a:b@app.example.com/"] } }), "mail.pages[0]", /whole address/],
  ["a page on plain http", app({ mail: { from, pages: ["http://app.example.com/"] } }), "mail.pages[0]", /Use https/],
  ["a page that is a script", app({ mail: { from, pages: ["javascript:alert(1)"] } }), "mail.pages[0]", /Use https/],
  ["the mail server in the plan", app({ mail: { from, smtp: "smtps://a:b@c" } }), "mail.smtp", /no option of this name/],
];

testMistakes(MISTAKES);
