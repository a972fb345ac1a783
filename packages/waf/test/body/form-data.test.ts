import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import fc from "fast-check";
import type { BodyFacts } from "../../src/body/index.ts";
import { fromByteString, toByteString } from "../../src/text/index.ts";
import { readBody } from "./read.ts";

const text = fc.string({ unit: fc.constantFrom(..."ab-\"\\;'=%&<é한 \t", "\r\n", "--b", "%22"), maxLength: 12 });
const entry = fc.record({ name: text, value: text, fileName: fc.option(text, { nil: undefined }) });

test("The firewall sees every field and file of a FormData that fetch sends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), async (entries) => {
      const form = new FormData();
      for (const { name, value, fileName } of entries) {
        if (fileName === undefined) form.append(name, value);
        else form.append(name, new Blob([value]), fileName);
      }
      const sent = new Response(form);
      const type = sent.headers.get("content-type") ?? "";
      const body = Buffer.from(await sent.arrayBuffer()).toString("latin1");
      const facts = readBody(type, body);
      assert.equal(facts.error, undefined);
      assert.equal(facts.flags["MULTIPART_STRICT_ERROR"], undefined);
      await sameAsUndici(facts, type, body);
    }),
    { numRuns: 500 },
  );
});

/** What rules may let through, since honest clients send it (a boundary in quotes, a line in front of the first part). */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["MULTIPART_NAME", "MULTIPART_FILENAME", "MULTIPART_STRICT_ERROR", "MULTIPART_BOUNDARY_QUOTED", "MULTIPART_DATA_BEFORE"],
  "MULTIPART_UNMATCHED_BOUNDARY",
]);

/** Whatever undici reads out of broken bodies too: the firewall sees it, or refuses. */
test("The firewall sees what undici reads out of broken multipart bodies, or refuses them", async () => {
  const head = fc.constantFrom(
    ...[
      'Content-Disposition: form-data; name="a"',
      'Content-Disposition: form-data; name="a"; filename="f"',
      "Content-Disposition: form-data; name=a",
    ],
    ...[
      'content-disposition:form-data; name="c"; filename=""',
      'Content-Disposition: form-data; name="a\\"b"',
      'Content-Disposition: form-data; name="a"; name="c"',
    ],
    ...["Content-Disposition: form-data; name=\"a\"; filename*=utf-8''x", 'Content-Disposition: form-data; name="a\\"; filename=b\\""'],
  );
  const noise = fc.constantFrom(
    ...[
      "--b",
      "--b--",
      "",
      "x",
      "x--b",
      " --b",
      "---b",
      "\0--b",
      "--c",
      " fold",
      "--b ",
      "--b--x",
      "Content-Type: text/plain",
      "Content-Type: text/html; charset=utf-16",
    ],
    ...["Content-Transfer-Encoding: base64", "Content-Disposition: form-data"],
  );
  const end = fc.oneof({ weight: 30, arbitrary: fc.constant("\r\n") }, { weight: 1, arbitrary: fc.constantFrom("\n", "\r") });
  const some = fc.array(noise, { maxLength: 1 });
  const part = fc.tuple(head, some, fc.constant([""]), some).map((lines) => ["--b", ...lines.flat()]);
  const whole = fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, some),
      fc.array(part, { minLength: 1, maxLength: 3 }),
      some,
      fc.array(end, { minLength: 24, maxLength: 24 }),
    )
    .map(([before, parts, more, ends]) =>
      [...before, ...parts.flat(), ...more].map((line, index) => line + (ends[index] ?? "\r\n")).join(""),
    );
  const front = fc.oneof({ weight: 5, arbitrary: fc.constant("") }, fc.constantFrom("x", " ", "\0", "-", "\r\n"));
  let read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(front, whole, fc.constantFrom("--b--", "--b--\r\n", "")).map((parts) => parts.join("")),
      async (body) => {
        const type = "multipart/form-data; boundary=b";
        const facts = readBody(type, body);
        if (facts.error !== undefined || Object.keys(facts.flags).some((flag) => !HARMLESS.has(flag))) return;
        if (await sameAsUndici(facts, type, body)) read++;
      },
    ),
    { numRuns: 8_000 },
  );
  assert.ok(read > 100, `undici accepted only ${read}`);
});

async function sameAsUndici(facts: BodyFacts, type: string, body: string): Promise<boolean> {
  const response = new Response(Buffer.from(body, "latin1"), { headers: { "content-type": type } });
  const form = await response.formData().catch((error: unknown) => {
    assert.ok(error instanceof TypeError);
    return undefined;
  });
  if (form === undefined) return false;
  const seen = new Set([
    ...facts.args.map(([name, value]) => shown(name, "", value)),
    ...facts.files.map(({ field, fileName, content }) => shown(field, fileName, content)),
  ]);
  for (const [name, value] of form) {
    const given = typeof value === "string" ? shownText(name, "", value) : shownText(name, value.name, await value.text());
    assert.ok(seen.has(given), JSON.stringify([body, given, [...seen]]));
  }
  return true;
}

/** Names as a browser escapes them: undici undoes that, the firewall shows them as sent. */
const unescapeName = (name: string) => name.replaceAll(/%0a/gi, "\n").replaceAll(/%0d/gi, "\r").replaceAll("%22", '"');
const shownText = (name: string, fileName: string, value: string) => JSON.stringify([name, fileName, value]);
const shown = (name: string, fileName: string, value: string) =>
  shownText(unescapeName(fromByteString(name)), unescapeName(fromByteString(fileName)), fromByteString(value));

test("The firewall keeps the bytes of a file as they are", () => {
  const content = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
  const body = `--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n${content}\r\n--b--`;
  assert.equal(readBody("multipart/form-data; boundary=b", body).files[0]?.content, content);
  assert.equal(toByteString("x"), "x");
});
