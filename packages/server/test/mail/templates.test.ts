import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createWrite } from "../../src/mail/index.ts";
import { TEMPLATES } from "../../src/mail/templates.ts";

const NAMES = Object.keys(TEMPLATES).filter((name) => name in TEMPLATES) as (keyof typeof TEMPLATES)[];
const LANGUAGES = ["en", "ko"] as const;
const CODED: readonly string[] = ["signup", "invite", "recovery", "otp", "email_change"];
const at = Date.UTC(2026, 10, 21, 14, 2);
const url = "https://localhost:8443/auth/v1/verify#token_hash=abc&type=x";

for (const purpose of NAMES) {
  for (const language of LANGUAGES) {
    test(`Holdfast writes ${purpose} in ${language}, twice the same, with nothing to load`, () => {
      const letter = {
        to: "ada@example.org",
        purpose,
        language,
        at,
        until: at + 600_000,
        code: "12345678",
        url,
        device: "Firefox, Linux · 192.0.2.7",
      };
      const { subject, text, html } = createWrite({ app: "Clinic" })(letter);
      assert.ok(subject.includes("Clinic") && subject.length < 80 && !/[\r\n]/.test(subject));
      assert.equal(/[가-힣]/.test(subject) && /[가-힣]/.test(text), language === "ko");
      assert.equal(text.includes("12345678") && text.includes(url) && text.includes("14:12 UTC"), CODED.includes(purpose));
      assert.equal(html.includes("12345678") && html.includes(url.replace("&", "&amp;")), CODED.includes(purpose));
      // Everything that the plain part says stands in the other too.
      const shown = unescapeMarkup(html.replaceAll(/<[^>]*>/g, "\n"));
      for (const line of text.split("\n").map((part) => part.trim())) {
        assert.ok(["", "--", url].includes(line) || shown.includes(line.replace(/:$/, "")), line);
      }
      assert.doesNotMatch(html, /<(?:img|script|link|iframe|object|form|style|base)\b|\ssrc=|url\(|@import|\son[a-z]+=/i);
      assert.deepEqual([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href), CODED.includes(purpose) ? [url.replace("&", "&amp;")] : []); // biome-ignore format: one line
    });
  }
}

test("Holdfast lets nothing that stands in a letter become markup, whatever it is called", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.constantFrom(...NAMES), fc.constantFrom(...LANGUAGES), (app, device, purpose, language) => {
      const tags = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? [];
      const letter = { to: "a@example.org", purpose, language, at, until: at, code: "1", url, device };
      const { html } = createWrite({ app })(letter);
      const calm = createWrite({ app: "Clinic" })({ ...letter, device: "x" });
      assert.deepEqual(tags(html), tags(calm.html));
    }),
  );
});

function unescapeMarkup(text: string): string {
  const marks: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return text.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (mark) => marks[mark] ?? "");
}
