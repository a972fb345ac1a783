import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { parse } from "node:querystring";
import test from "node:test";
import express, { type Express } from "express";
import fc from "fast-check";
import { Hono } from "hono";
import type { BodyFacts } from "../../src/body/index.ts";
import { decodePercent, fromByteString, toByteString } from "../../src/text/index.ts";
import { readBody } from "./read.ts";

/** What an attack would be: whoever reads it out of a body must have a firewall in front that has seen it. */
const EVIL = "ev<il=&x";

const escaped = (text: string): string => [...text].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join("");
const percent = (text: string): string => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
/** Characters whose low bytes are the text. */
const broad = (text: string): string => toByteString([...text].map((letter) => String.fromCharCode(letter.charCodeAt(0) + 0x100)).join(""));
const wide = (text: string): string => Buffer.from(text, "utf16le").toString("latin1");

const TYPES = [
  ...["application/x-www-form-urlencoded", "application/json", "text/plain", "", "text/html", "application/octet-stream", "application/problem+json"],
  ...["APPLICATION/JSON; charset=utf-8", "application/x-www-form-urlencoded; charset=iso-8859-1", "application/x-www-form-urlencodedx"],
  ...["application/json, text/plain", "text/plain, application/json", "application/json; charset=utf-16", "application/json;charset*=utf-16", "json"],
]; // biome-ignore format: a list

const WORDS = [
  EVIL,
  percent(EVIL),
  escaped(EVIL),
  `${broad(EVIL)}%ff`,
  percent(percent(EVIL)),
  `%ff${EVIL}`,
  `\\ud800${EVIL}`,
  `%${percent(EVIL)}`,
];

const FRAMES = [
  ...["a=%", "a[b]=%", "a[]=%", "a=b]=%", "x]=%=y", "%", "%=1", "=%", "utf8=✓&a=%", "&&a=%", "a;b=%"],
  ...['{"a":"%"}', '{"a":1,"a":"%"}', '["%"]', '"%"', '{"%":null}', '{"a":{"b":["%"]}}', '[NaN,"%"]', '{"a":"%"', '/**/["%"]', '{"a":"%"}x'],
]; // biome-ignore format: a list

const WRAPS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => ` \r\n${text}`,
  (text) => `\xef\xbb\xbf${text}`,
  (text) => `\xff\xfe${text}`,
  wide,
  (text) => `\xff\xfe${wide(text)}`,
  (text) => `${text}&`,
];

const frame = fc.tuple(fc.constantFrom(...FRAMES), fc.constantFrom(...WORDS)).map(([text, word]) => text.replace("%", () => word));
const some = fc
  .tuple(fc.array(frame, { minLength: 1, maxLength: 2 }), fc.constantFrom("&", "", "\n", ";", "="))
  .map(([all, by]) => all.join(by));
const body = fc.tuple(fc.constantFrom(...WRAPS), some).map(([wrap, text]) => wrap(toByteString(fromByteString(text))));

type Reader = (type: string, body: string) => unknown;

/** Of an application that takes what says that it is JSON for a form, the firewall knows nothing. */
const isJson = (type: string): boolean => /^application\/(?:problem\+)?json/i.test(type);

/** Applications as they are written: with the parsers of Express, Hono and Node, some of which ask for the type and some of which do not. */
const READERS: readonly Reader[] = [
  expressReader(express().use(express.urlencoded({ extended: true }), express.json(), express.text())),
  expressReader(express().use(express.urlencoded({ extended: false }), express.json({ strict: false }))),
  expressReader(express().use(express.urlencoded({ extended: true, type: () => true }))),
  expressReader(express().use(express.json({ strict: false, type: () => true }))),
  honoReader(new Hono().post("/", async (context) => context.json(await context.req.parseBody({ all: true })))),
  honoReader(new Hono().post("/", async (context) => context.json([await context.req.json()]))),
  (type, text) => (isJson(type) ? [] : [...new URLSearchParams(fromByteString(text))]),
  (type, text) => (isJson(type) ? [] : { ...parse(fromByteString(text)) }),
];

test("The firewall sees what Express, Hono and Node read out of a body, whatever its type says, or refuses it", async () => {
  const found = READERS.map(() => 0);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...TYPES), body, async (type, text) => {
      const facts = readBody(type, text);
      if (facts.error !== undefined) return;
      for (const [index, reader] of READERS.entries()) {
        if (!leavesOf(await reader(type, text)).some((leaf) => leaf.includes(EVIL))) continue;
        assert.ok(shown(facts).includes(EVIL), JSON.stringify([index, type, text, facts.args]));
        found[index] = (found[index] ?? 0) + 1;
      }
    }),
    { numRuns: 4_000 },
  );
  assert.ok(Math.min(...found) > 20, `too few were read: ${found.join()}`);
});

/** What rules are shown, the bytes too of a body that nobody reads; they take percent signs off themselves. */
function shown({ args, processor, raw }: BodyFacts): string {
  const values = [...args.flat(), ...(processor === "NONE" ? [raw] : [])];
  return values.flatMap((value) => [value, decodePercent(value, "space")]).join("\n");
}

/** Who waits for what Express makes of a request. */
const waiting = new WeakMap<object, (body: unknown) => void>();

function expressReader(app: Express): Reader {
  app.use((request) => waiting.get(request)?.(request.body));
  app.use((_error: unknown, request: object, _response: unknown, _next: unknown) => waiting.get(request)?.(undefined));
  return (type, text) =>
    new Promise((resolve) => {
      const request = new IncomingMessage(new Socket());
      const bytes = Buffer.from(text, "latin1");
      request.method = "POST";
      request.url = "/";
      request.headers = { "content-type": type, "content-length": String(bytes.length) };
      request.push(bytes);
      request.push(null);
      waiting.set(request, resolve);
      app(request, new ServerResponse(request));
    });
}

function honoReader(app: Hono): Reader {
  app.onError((_error, context) => context.text("", 400));
  return async (type, text) => {
    const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
    const answer = await app.request("/", { method: "POST", headers, body: Buffer.from(text, "latin1") });
    return answer.ok ? answer.json() : undefined;
  };
}

function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...leavesOf(member)]);
}
