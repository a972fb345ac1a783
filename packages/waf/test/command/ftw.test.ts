import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import { type FtwExpectation, type FtwOutcome, FtwProblem } from "../../src/command/ftw-contract.ts";
import { judgeStage } from "../../src/command/ftw-judge.ts";
import { readFtwTests } from "../../src/command/ftw-read.ts";
import { runFtw } from "../../src/command/ftw-run.ts";

const PLACE = { file: "1.yaml", family: "REQUEST-1" };

/** One test of the 4.x format with that input. */
function requestOf(input: string): string | undefined {
  return readFtwTests(`rule_id: 1\ntests:\n  - test_id: 1\n    stages:\n      - input: ${input}\n        output: {}\n`, PLACE)[0]?.stages[0]
    ?.request;
}

/** One test of the 3.x format. */
function legacyOf(input: string, output = "{}") {
  return readFtwTests(`meta: {enabled: true}\ntests:\n  - test_title: 1-1\n    stages:\n      - stage:\n          input: ${input}\n          output: ${output}\n`, PLACE)[0]?.stages[0]; // biome-ignore format: one line
}

const BUILT: readonly (readonly [what: string, input: string, request: string])[] = [
  ["fills in what is missing", "{}", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
  [
    "sends method, target and version as written",
    '{method: "\\tGET", uri: "/a b#c", version: ""}',
    "\tGET /a b#c \r\nConnection: close\r\n\r\n",
  ],
  ["leaves numbers and empty values as they are", '{headers: {A: 1.0, B: 0x10, C: ""}}', "GET / HTTP/1.1\r\nA: 1.0\r\nB: 0x10\r\nC: \r\nConnection: close\r\n\r\n"], // biome-ignore format: one line
  ["gives a body its type and length", "{method: POST, data: a=b}", "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 3\r\n\r\na=b"], // biome-ignore format: one line
  ["encodes a form that is not encoded", "{data: 'a=<b c>&d'}", "GET / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 13\r\n\r\na=%3Cb+c%3E&d"], // biome-ignore format: one line
  ["leaves a form alone that is encoded", "{data: 'a=%3Cb <c>'}", "GET / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: 11\r\n\r\na=%3Cb <c>".replace("11", "10")], // biome-ignore format: one line
  ["sends a length where a method usually has a body", "{method: PUT}", "PUT / HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"],
  ["completes nothing where it must not", "{method: POST, data: a b, autocomplete_headers: false}", "POST / HTTP/1.1\r\n\r\na b"],
  ["keeps headers that are there, whatever their case", "{headers: {content-length: 9, CONNECTION: x}, data: '{}'}", "GET / HTTP/1.1\r\ncontent-length: 9\r\nCONNECTION: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n%7B%7D"], // biome-ignore format: one line
  ["ends lines of multipart bodies in CRLF", '{headers: {Content-Type: multipart/form-data; boundary=a}, data: "--a\\n\\r\\n"}', "GET / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=a\r\nConnection: close\r\nContent-Length: 7\r\n\r\n--a\r\n\r\n"], // biome-ignore format: one line
  ["sends an encoded request and nothing else", "{encoded_request: R0VU, uri: /ignored}", "GET"],
  ["sends UTF-8", "{uri: /é}", "GET /\xc3\xa9 HTTP/1.1\r\nConnection: close\r\n\r\n"],
  ["repeats", "{data: '{{ \"ab\" | repeat 3 }}', autocomplete_headers: false}", "GET / HTTP/1.1\r\n\r\nababab"],
];

const NOTHING: FtwExpectation = { ids: [], noIds: [], statuses: [], logPattern: undefined, noLogPattern: undefined, responseContains: undefined, mayFail: false, isolated: false }; // biome-ignore format: one line
const FINE: FtwOutcome = { ids: [1, 2], status: 200, wouldRefuse: undefined, log: ['[id "1"] [msg "one"]'], response: "HTTP/1.1 200 OK" };

const JUDGED: readonly (readonly [what: string, expect: Partial<FtwExpectation>, outcome: Partial<FtwOutcome>, faults: number])[] = [
  ["all expected ids", { ids: [1, 2] }, {}, 0],
  ["an expected id that is missing", { ids: [1, 3] }, {}, 1],
  ["a forbidden id", { noIds: [3, 2] }, {}, 1],
  ["no forbidden id", { noIds: [3] }, {}, 0],
  ["another rule beside an isolated one", { ids: [1], isolated: true }, {}, 1],
  ["one of several statuses", { statuses: [403, 200] }, {}, 0],
  ["a wrong status", { statuses: [403] }, {}, 1],
  ["the status that detection-only mode held back", { statuses: [403] }, { wouldRefuse: 403 }, 0],
  ["no answer where one was expected", {}, { status: undefined }, 1],
  ["no answer where that is right", { mayFail: true, ids: [1] }, { status: undefined, ids: [] }, 0],
  ["a refusal instead of a closed connection", { mayFail: true, ids: [1] }, { status: 400 }, 0],
  ["a refusal that leaves a rule out", { mayFail: true, ids: [3] }, { status: 400 }, 1],
  ["a success where the connection should fail", { mayFail: true }, {}, 1],
  ["a log line that is there", { logPattern: 'id "1".*one' }, {}, 0],
  ["a log line that is missing", { logPattern: "two" }, {}, 1],
  ["a log line that must not be there", { noLogPattern: String.raw`\[id "\d+"\]` }, {}, 1],
  ["a text of the answer", { responseContains: "200 OK" }, {}, 0],
  ["a text that the answer lacks", { responseContains: "nowhere" }, {}, 1],
];

describe("The firewall's test runner", () => {
  for (const [what, input, request] of BUILT) test(what, () => equal(requestOf(input), request));
  for (const [what, expect, outcome, faults] of JUDGED) {
    test(`${faults === 0 ? "accepts" : "reports"} ${what}`, () =>
      equal(judgeStage({ ...NOTHING, ...expect }, { ...FINE, ...outcome }).length, faults));
  }

  test("reads the 3.x format", () => {
    const stage = legacyOf(
      "{method: POST, data: [a, b], stop_magic: true}",
      '{log_contains: id "942480, status: [403, 400], expect_error: True}',
    );
    equal(stage?.request, "POST / HTTP/1.1\r\n\r\na\r\nb");
    deepEqual(stage?.expect.ids, [942_480]);
    deepEqual(stage?.expect.statuses, [403, 400]);
    equal(stage?.expect.mayFail, true);
    equal(legacyOf("{method: POST}")?.request, "POST / HTTP/1.1\r\nConnection: close\r\n\r\n");
  });

  test("leaves out what is switched off or empty", () => {
    deepEqual(readFtwTests("meta: {enabled: false}\ntests: []\n", PLACE), []);
    deepEqual(readFtwTests("# nothing here\n", PLACE), []);
  });

  test("says which test it does not understand, and why", () => {
    const unreadable = (input: string, output = "{}") => readFtwTests(`rule_id: 1\ntests:\n  - test_id: 1\n    stages:\n      - input: ${input}\n        output: ${output}\n`, PLACE)[0]?.unreadable; // biome-ignore format: one line
    equal(unreadable("{metod: GET}"), "input has the field metod, which means nothing here");
    equal(unreadable("{}", "{log_contains: nothing}"), "expected a rule id of six digits, found nothing");
    equal(unreadable("{}", "{status: fine}"), "expected a number, found fine");
    equal(unreadable("{data: '{{ \"abcdefgh\" | repeat 9999999 }}'}"), "data repeats too much");
    equal(unreadable("{method: GET}"), undefined);
    throws(() => readFtwTests("tests: 5\n", PLACE), FtwProblem);
  });

  test("fails the tests that it does not understand, and those that ask nothing", async () => {
    const tests = readFtwTests("rule_id: 1\ntests: [{test_id: 1, stages: []}, {test_id: 2, stages: [{input: {metod: GET}}]}]\n", PLACE);
    const results = await runFtw(tests, { port: 0, idHeader: "x", recordOf: () => undefined }, () => undefined);
    deepEqual(results.map(({ faults }) => faults), [["there is no stage, and so nothing to fail"], ["input has the field metod, which means nothing here"]]); // biome-ignore format: one line
  });
});
