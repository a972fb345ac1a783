import { equal, match, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type DeclaredRoute, shape } from "../../src/guard/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { ask, FORM, get, guarded, post, TOMORROW } from "./firewall.ts";

const SEARCH: DeclaredRoute = {
  route: "GET /search",
  parameters: { page: shape.number({ from: 1, to: 100, whole: true }), sort: shape.oneOf("name", "attack"), q: shape.text({ charactersMax: 20, characters: "line" }) }, // biome-ignore format: one line
  unknown: "refuse",
};
const NOTE: DeclaredRoute = {
  route: "POST /notes/*",
  contentTypes: ["application/json", FORM, "multipart/form-data"],
  parameters: { id: shape.uuid(), due: shape.date(), isDone: shape.boolean(), text: shape.text({ charactersMax: 10 }) },
  json: { title: shape.text({ charactersMax: 10 }), "items[].id": shape.number(), "items[].kind": shape.oneOf("attack", "b") },
  unknown: "refuse",
};
const LOOSE: DeclaredRoute = { ...NOTE, route: "POST /loose", unknown: "inspect" };
const STRICT: DeclaredRoute = { ...NOTE, route: "POST /strict", required: ["title", "items[].id"] };

const UUID = "0b6bd4c2-7a1d-4a2e-9d6e-2f6d6c0f7a11";
const JSON_TYPE = "application/json";

/** `refuse` with a word of the reason; `rule` where it is a signature that refuses. */
const ROWS: readonly (readonly [name: string, request: string, reason: RegExp | "allow" | "rule"])[] = [
  ["lets what fits pass", get("/search?page=2&sort=name&q=a+b"), "allow"],
  ["does not ask signatures about a value of a type", get("/search?sort=attack"), "allow"],
  ["asks signatures about a text", get("/search?q=attack"), "rule"],
  ["refuses a number that is none", get("/search?page=2x"), /page is not a whole number/],
  ["refuses a number out of bounds", get("/search?page=101"), /page is not/],
  ["refuses every value of a name that stands twice", get("/search?page=1&page=attack"), /page is not/],
  ["reads names without case, as rules do", get("/search?PAGE=attack"), /PAGE is not/],
  ["refuses a choice that is none", get("/search?sort=size"), /sort is not one of/],
  ["refuses a text that is too long", get(`/search?q=${"a".repeat(21)}`), /q is not a text/],
  ["counts characters and not bytes", get(`/search?q=${"%ED%95%9C".repeat(20)}`), "allow"],
  ["refuses a text with controls", get("/search?q=a%00b"), /q is not a text/],
  ["refuses bytes that are no text", get("/search?q=%ff"), /q is not a text/],
  ["refuses a parameter that nobody declared", get("/search?page=1&debug=1"), /debug is not declared/],
  ["looks at other parts of the request all the same", get("/search?page=1", "Cookie: a=attack\r\n"), "rule"],
  ["leaves routes alone that are not declared", get("/other?debug=1"), "allow"],
  ["refuses a body where none is declared", `GET /search HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b`, /content type/],
  ["takes a form", post("/notes/1", FORM, `id=${UUID}&due=2026-11-21&isDone=true&text=hello`), "allow"],
  ["refuses a date that no calendar has", post("/notes/1", FORM, "due=2026-02-31"), "allow"],
  ["refuses a month that there is none", post("/notes/1", FORM, "due=2026-13-01"), /due is not a date/],
  ["takes multipart", post("/notes/1", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="isDone"\r\n\r\ntrue\r\n--x--\r\n'), "allow"], // biome-ignore format: one line
  ["refuses what does not fit in multipart", post("/notes/1", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="isDone"\r\n\r\nattack\r\n--x--\r\n'), /isDone is not/], // biome-ignore format: one line
  ["takes JSON by its leaves", post("/notes/1", JSON_TYPE, '{"title":"a","items":[{"id":1,"kind":"attack"},{"id":2.5}]}'), "allow"],
  ["refuses a leaf that does not fit", post("/notes/1", JSON_TYPE, '{"items":[{"id":1},{"id":"attack"}]}'), /items\.array_1\.id is not a number/], // biome-ignore format: one line
  ["refuses a leaf where a list is meant to be", post("/notes/1", JSON_TYPE, '{"items":{"id":1}}'), /items\.id is not declared/],
  ["refuses JSON that cannot be read", post("/notes/1", JSON_TYPE, '{"title":'), /cannot be read/],
  ["refuses a content type that is not declared", post("/notes/1", "text/plain", "attack"), /content type text\/plain/],
  ["lets an undeclared parameter be inspected where the route says so", post("/loose", FORM, "other=attack"), "rule"],
  ["holds a typed name to its type wherever it stands", post("/loose?isDone=attack", FORM, "a=b"), /isDone is not/],
  ["holds a leaf's name to its type in a form as well", post("/loose", FORM, "json.items.array_0.id=attack"), /id is not a number/],
  ["misses what is required", post("/strict", JSON_TYPE, '{"title":"a"}'), /items\[\]\.id is missing/],
  ["finds what is required", post("/strict", JSON_TYPE, '{"title":"a","items":[{"id":1}]}'), "allow"],
];

describe("The firewall with declared routes", () => {
  const { guard } = guarded({ routes: [SEARCH, NOTE, LOOSE, STRICT] });
  for (const [name, request, expected] of ROWS) {
    test(name, () => {
      const { verdict } = ask(guard, request);
      if (expected === "allow") return equal(verdict.act, "allow", JSON.stringify(verdict));
      equal(verdict.act, "refuse");
      if (verdict.act !== "refuse") return undefined;
      equal(verdict.ruleId > 0, expected === "rule", verdict.reason);
      return expected === "rule" ? undefined : match(verdict.reason, expected);
    });
  }

  test("holds a request to every route that it matches", () => {
    const wide: DeclaredRoute = { route: "/search", parameters: { q: shape.number(), page: shape.number(), sort: shape.text({ charactersMax: 9 }) }, unknown: "inspect" }; // biome-ignore format: one line
    const { guard: both } = guarded({ routes: [SEARCH, wide] });
    equal(ask(both, get("/search?q=attack")).verdict.act, "refuse");
    equal(ask(both, get("/search?q=1&page=1")).verdict.act, "allow");
  });

  test("only tells what does not fit on a route that is on trial", () => {
    const trial = { route: "/search", reason: "It is new.", owner: "editors", expires: TOMORROW };
    const { guard: tried } = guarded({ routes: [SEARCH], trials: [trial] });
    const said = ask(tried, get("/search?page=x"));
    equal(said.verdict.act, "allow");
    equal(said.transaction.wouldRefuse?.act, "refuse");
  });

  test("refuses a declaration that means nothing", () => {
    for (const route of [
      { ...SEARCH, route: "search" },
      { ...SEARCH, required: ["none"] },
      { ...SEARCH, parameters: { "a b": shape.uuid() } },
    ])
      throws(() => guarded({ routes: [route] }), RuleProblem);
  });

  test("takes for a number what JSON takes for one, and nothing that holds a letter or a blank", () => {
    const { fits } = shape.number();
    fc.assert(fc.property(fc.integer(), (value) => fits(String(value))));
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 12 }), (value) => !fits(value) || /^-?[0-9]+(\.[0-9]+)?$/.test(value)));
  });
});
