import { deepEqual, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { idsOf, listening, statusOf, talk } from "./listening.ts";

interface Row {
  readonly name: string;
  readonly pieces: readonly string[];
  readonly status: number;
  readonly ids: readonly number[];
}

const HOST = "Host: a.example\r\n";
const CLOSE = "Connection: close\r\n";

/** 9 is the rule of phase 5: it has to stand in every answer. */
const ROWS: readonly Row[] = [
  { name: "lets an ordinary request through", pieces: [`GET /a HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], status: 200, ids: [9] },
  { name: "refuses by a rule of phase 1", pieces: [`GET /attack HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], status: 403, ids: [1, 9] },
  { name: "refuses by the body", pieces: [`POST /a HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n`, "x=attack"], status: 403, ids: [2, 6, 9] }, // biome-ignore format: one line
  { name: "refuses by the answer's body", pieces: [`POST /reflect HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{"body":"a leak"}`], status: 403, ids: [4, 6, 9] }, // biome-ignore format: one line
  { name: "refuses by the answer's head", pieces: [`POST /reflect HTTP/1.1\r\n${HOST}${CLOSE}Content-Length: 26\r\n\r\n{"headers":{"X-Up":"bad"}}`], status: 403, ids: [6, 8, 9] }, // biome-ignore format: one line
  { name: "answers a body over the limit with 413", pieces: [`POST /a HTTP/1.1\r\n${HOST}${CLOSE}Content-Length: 2000\r\n\r\n`, "x".repeat(2_000)], status: 413, ids: [6, 9] }, // biome-ignore format: one line
  {
    name: "hands a method with a blank in front to the engine",
    pieces: [` GET /attack HTTP/1.1\r\n${HOST}\r\n`],
    status: 400,
    ids: [1, 9],
  },
  { name: "hands a broken request that came in pieces to the engine whole", pieces: ["GE", "T /a HT", `TP\\1.1\r\n${HOST}\r\n`], status: 400, ids: [7, 9] }, // biome-ignore format: one line
  { name: "hears rules about a broken request whose head comes later than its fault", pieces: [" GET /a HTTP/1.1\r\n", `${HOST}X-Mark: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n`, "x=attack"], status: 400, ids: [2, 5, 6, 9] }, // biome-ignore format: one line
  { name: "takes a request line without a version for HTTP/0.9", pieces: [`GET /a \r\n${HOST}\r\n`], status: 400, ids: [7, 9] },
  { name: "refuses HTTP/0.9 that names itself", pieces: [`GET /a HTTP/0.9\r\n${HOST}\r\n`], status: 400, ids: [7, 9] },
  { name: "refuses a fragment in the target", pieces: [`GET /a#b HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], status: 400, ids: [9] },
  { name: "refuses an empty Host", pieces: [`GET /a HTTP/1.1\r\nHost:\r\n${CLOSE}\r\n`], status: 400, ids: [9] },
  { name: "refuses a missing Host", pieces: [`GET /a HTTP/1.1\r\n${CLOSE}\r\n`], status: 400, ids: [9] },
  { name: "lets a missing Host of HTTP/1.0 pass", pieces: ["GET /a HTTP/1.0\r\n\r\n"], status: 200, ids: [9] },
  { name: "refuses two Hosts", pieces: [`GET /a HTTP/1.1\r\n${HOST}Host: b.example\r\n${CLOSE}\r\n`], status: 400, ids: [9] },
  { name: "refuses an escape in the Host", pieces: [`GET /a HTTP/1.1\r\nHost: a.example%00\r\n${CLOSE}\r\n`], status: 400, ids: [9] },
  { name: "refuses a target that names another host", pieces: [`GET http://b.example/a HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], status: 400, ids: [9] }, // biome-ignore format: one line
  { name: "lets a target pass that names the same host", pieces: [`GET http://A.example/a HTTP/1.1\r\n${HOST}${CLOSE}\r\n`], status: 200, ids: [9] }, // biome-ignore format: one line
  { name: "serves two lengths by the chunks, without the other one", pieces: [`POST /a HTTP/1.1\r\n${HOST}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n`, "7\r\nfoo", "=bar\r\n", "0\r\n\r\n"], status: 200, ids: [9] }, // biome-ignore format: one line
  { name: "inspects the chunks of such a request", pieces: [`POST /a HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nx=attack\r\n0\r\n\r\n`], status: 403, ids: [2, 9] }, // biome-ignore format: one line
  { name: "refuses two lengths whose chunks are broken", pieces: [`POST /a HTTP/1.1\r\n${HOST}Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`], status: 400, ids: [9] }, // biome-ignore format: one line
  { name: "refuses a coding in HTTP/1.0, which knows none", pieces: [`POST /a HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n`], status: 400, ids: [9] }, // biome-ignore format: one line
  { name: "refuses a coding that is not chunked", pieces: [`POST /a HTTP/1.1\r\n${HOST}Content-Length: 7\r\nTransfer-Encoding: identity\r\n\r\nfoo=bar`], status: 400, ids: [6, 9] }, // biome-ignore format: one line
  { name: "judges what came of a body whose chunks break off", pieces: [`POST /a HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nx=attack\r\nZZ\r\n`], status: 400, ids: [2, 9] }, // biome-ignore format: one line
  { name: "puts a blank for a bare carriage return before rules look", pieces: [`GET /a HTTP/1.1\r\n${HOST}X-Mark: a\rInjected: b\r\n\r\n`], status: 400, ids: [5, 9] }, // biome-ignore format: one line
  {
    name: "answers CONNECT to a host and port",
    pieces: ["CONNECT b.example:80 HTTP/1.1\r\nHost: b.example:80\r\n\r\n"],
    status: 200,
    ids: [9],
  },
  { name: "refuses CONNECT without a port", pieces: ["CONNECT b.example HTTP/1.1\r\nHost: b.example\r\n\r\n"], status: 400, ids: [9] },
  { name: "refuses a header that is too long", pieces: [`GET /a HTTP/1.1\r\n${HOST}X-Mark: ${"m".repeat(30_000)}\r\n\r\n`], status: 431, ids: [5, 9] }, // biome-ignore format: one line
];

describe("The firewall's listener", async () => {
  for (const row of ROWS) {
    test(row.name, async () => {
      await using server = await listening();
      const answer = await talk(server.port, ...row.pieces);
      equal(statusOf(answer), row.status);
      deepEqual(
        idsOf(answer).toSorted((a, b) => a - b),
        row.ids,
      );
    });
  }

  test("answers one request after the other on one connection, and then the broken one", async () => {
    await using server = await listening();
    const answer = await talk(server.port, `GET /1 HTTP/1.1\r\n${HOST}\r\nGET /attack HTTP/1.1\r\n${HOST}\r\n{}{\r\n\r\n`);
    deepEqual(
      [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status)),
      [200, 403, 400],
    );
  });

  test("joins two Content-Types, so that nobody reads only one of them", async () => {
    await using server = await listening({ extra: 'SecRule REQUEST_HEADERS:Content-Type "@streq a/b, c/d" "id:20,phase:1,pass,log"\n' });
    const answer = await talk(server.port, `GET /a HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: a/b\r\ncontent-type: c/d\r\n\r\n`);
    deepEqual(idsOf(answer), [20, 9]);
  });

  test("asks for the body where the client waits for it, and not where it is refused anyway", async () => {
    await using server = await listening();
    const head = (target: string): string => `POST ${target} HTTP/1.1\r\n${HOST}${CLOSE}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
    match(await talk(server.port, head("/a"), "abc"), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    match(await talk(server.port, head("/attack")), /^HTTP\/1\.1 403 /);
  });

  test("passes no body on that no rule could see, and in detection-only mode lets it through", async () => {
    const broken = '{"a":"attack';
    const request = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${broken.length}\r\n\r\n${broken}`;
    await using blocking = await listening();
    match(await talk(blocking.port, request), /^HTTP\/1\.1 400 /);
    await using looking = await listening({ extra: "SecRuleEngine DetectionOnly\n" });
    match(await talk(looking.port, request), /^HTTP\/1\.1 200 /);
  });

  test("records what was refused or matched, once, and safe to log", async () => {
    await using server = await listening();
    await talk(server.port, `GET /attack%1b\x1b HTTP/1.1\r\n${HOST}X-Mark: m\r\n\r\n`);
    equal(server.records.length, 1);
    const [record] = server.records;
    equal(record?.status, 400);
    equal(record?.act, "refused");
    equal(record?.target, "/attack%1b\\x1b");
    deepEqual(
      record?.matches.map(({ ruleId }) => ruleId),
      [1, 9],
    );
  });
});
