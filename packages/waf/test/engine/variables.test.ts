import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { VARIABLE_NAMES } from "../../src/engine/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { type Sent, seen } from "./send.ts";

const FORM: readonly Pair[] = [["Content-Type", "application/x-www-form-urlencoded"]];
const GET: Sent = {
  target: "/a%20b/c.txt?x=1&X=2&y=%41",
  headers: [
    ["Host", "shop.example:8080"],
    ["X-One", "1"],
    ["x-one", "2"],
    ["Cookie", "sid=abc; theme=dark"],
    ["Authorization", "Basic QWxhZGRpbjpvcGVu"],
  ],
};
const POST: Sent = { method: "POST", target: "/p?a=1", headers: FORM, body: "b=2&c=%zz" };
const UPLOAD: Sent = {
  method: "POST",
  headers: [["Content-Type", "multipart/form-data; boundary=zz"]],
  body: '--zz\r\nContent-Disposition: form-data; name="t"\r\n\r\nhello\r\n--zz\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nfile\r\n--zz--\r\n',
};
const JSON_BODY: Sent = { method: "POST", headers: [["Content-Type", "application/json"]], body: '{"a":{"b":[1,"x"]}}' };
const XML_BODY: Sent = { method: "POST", headers: [["Content-Type", "text/xml"]], body: '<r a="1"><s>t</s>u</r>' };
const ANSWER: Sent = {
  response: {
    status: 404,
    headers: [
      ["Content-Type", "text/html; charset=utf-8"],
      ["X-A", "b"],
    ],
    body: "gone",
  },
};
const WATCH = "SecResponseBodyAccess On";

const ROWS: readonly (readonly [string, number, Sent, readonly string[], string?])[] = [
  ["ARGS", 2, POST, ["ARGS:a=1", "ARGS:b=2", "ARGS:c=%zz"]],
  ["ARGS", 1, POST, ["ARGS:a=1"]],
  ["ARGS:x", 1, GET, ["ARGS:x=1", "ARGS:X=2"]],
  ["ARGS:/^[xy]$/", 1, GET, ["ARGS:x=1", "ARGS:X=2", "ARGS:y=A"]],
  ["ARGS|!ARGS:y", 1, GET, ["ARGS:x=1", "ARGS:X=2"]],
  ["ARGS|!ARGS:/^x$/", 1, GET, ["ARGS:y=A"]],
  ["&ARGS", 1, GET, ["ARGS=3"]],
  ["&ARGS:x", 1, GET, ["ARGS:x=2"]],
  ["&ARGS:none", 1, GET, ["ARGS:none=0"]],
  ["ARGS_NAMES", 2, POST, ["ARGS_NAMES:a=a", "ARGS_NAMES:b=b", "ARGS_NAMES:c=c"]],
  ["ARGS_GET", 2, POST, ["ARGS_GET:a=1"]],
  ["ARGS_GET_NAMES", 2, POST, ["ARGS_GET_NAMES:a=a"]],
  ["ARGS_POST", 2, POST, ["ARGS_POST:b=2", "ARGS_POST:c=%zz"]],
  ["ARGS_POST", 2, JSON_BODY, ["ARGS_POST:json.a.b.array_0=1", "ARGS_POST:json.a.b.array_1=x"]],
  ["ARGS_POST_NAMES", 2, JSON_BODY, ["json.a.b.array_0", "json.a.b.array_1", "json.a.b"].map((name) => `ARGS_POST_NAMES:${name}=${name}`)],
  ["ARGS_COMBINED_SIZE", 2, POST, ["ARGS_COMBINED_SIZE=8"]],
  ["AUTH_TYPE", 1, GET, ["AUTH_TYPE=Basic"]],
  ["REMOTE_USER", 1, GET, ["REMOTE_USER=Aladdin"]],
  ["BODY_NAMES", 2, JSON_BODY, ["json.a.b", "json.a.b.array_0"].map((name) => `BODY_NAMES:${name}=${name}`)],
  ["BODY_NAMES", 2, POST, ["BODY_NAMES:b=b", "BODY_NAMES:c=c"]],
  ["BODY_UNREAD", 2, { method: "POST", headers: [["Content-Type", "x/y"]], body: "raw" }, ["BODY_UNREAD=raw"]],
  ["DURATION", 1, GET, ["DURATION=0.000000"]],
  ["ENV", 1, GET, []],
  ["FILES", 2, UPLOAD, ["FILES:f=a.txt"]],
  ["FILES_NAMES", 2, UPLOAD, ["FILES_NAMES:f=f"]],
  ["FILES_SIZES", 2, UPLOAD, ["FILES_SIZES:f=4"]],
  ["FILES_COMBINED_SIZE", 2, UPLOAD, ["FILES_COMBINED_SIZE=4"]],
  ["FILES_TMP_CONTENT", 2, UPLOAD, ["FILES_TMP_CONTENT:f=file"]],
  ["FILES_TMPNAMES", 2, UPLOAD, []],
  [
    "FULL_REQUEST",
    2,
    { method: "POST", headers: FORM, body: "a=1" },
    ["FULL_REQUEST=POST / HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\na=1"],
  ],
  ["FULL_REQUEST_LENGTH", 2, { headers: [] }, ["FULL_REQUEST_LENGTH=16"]],
  ["GEO", 1, GET, []],
  ["HIGHEST_SEVERITY", 1, GET, ["HIGHEST_SEVERITY=255"]],
  [
    "INBOUND_DATA_ERROR",
    2,
    { ...POST, body: "a=12345" },
    ["INBOUND_DATA_ERROR=1"],
    "SecRequestBodyLimit 3\nSecRequestBodyLimitAction ProcessPartial",
  ],
  ["IP|GLOBAL|SESSION|USER|RESOURCE", 1, GET, []],
  ["MATCHED_VAR|MATCHED_VAR_NAME|MATCHED_VARS|MATCHED_VARS_NAMES", 1, GET, []],
  ["MODSEC_BUILD", 1, GET, ["MODSEC_BUILD=030000000"]],
  ["MSC_PCRE_ERROR|MSC_PCRE_LIMITS_EXCEEDED", 1, GET, ["MSC_PCRE_ERROR=0", "MSC_PCRE_LIMITS_EXCEEDED=0"]],
  ["MULTIPART_STRICT_ERROR", 2, UPLOAD, ["MULTIPART_STRICT_ERROR=0"]],
  ["MULTIPART_UNMATCHED_BOUNDARY", 2, UPLOAD, ["MULTIPART_UNMATCHED_BOUNDARY=0"]],
  ["MULTIPART_FILENAME", 2, UPLOAD, ["MULTIPART_FILENAME:f=a.txt"]],
  ["MULTIPART_NAME", 2, UPLOAD, ["MULTIPART_NAME:f=f"]],
  ["MULTIPART_PART_HEADERS:t", 2, UPLOAD, ['MULTIPART_PART_HEADERS:t=Content-Disposition: form-data; name="t"']],
  ["PATH_INFO", 1, GET, ["PATH_INFO=/a b/c.txt"]],
  ["QUERY_STRING", 1, GET, ["QUERY_STRING=x=1&X=2&y=%41"]],
  ["REMOTE_ADDR|REMOTE_HOST|REMOTE_PORT", 1, GET, ["REMOTE_ADDR=192.0.2.7", "REMOTE_HOST=192.0.2.7", "REMOTE_PORT=4711"]],
  ["REQBODY_ERROR", 2, { ...JSON_BODY, body: "{" }, ["REQBODY_ERROR=1"]],
  ["REQBODY_ERROR|REQBODY_PROCESSOR_ERROR", 2, POST, ["REQBODY_ERROR=0", "REQBODY_PROCESSOR_ERROR=0"]],
  ["REQBODY_ERROR_MSG|REQBODY_PROCESSOR_ERROR_MSG", 2, POST, ["REQBODY_ERROR_MSG=", "REQBODY_PROCESSOR_ERROR_MSG="]],
  ["REQBODY_PROCESSOR", 1, JSON_BODY, ["REQBODY_PROCESSOR=JSON"]],
  ["REQBODY_PROCESSOR", 2, GET, ["REQBODY_PROCESSOR="]],
  ["REQUEST_BASENAME", 1, GET, ["REQUEST_BASENAME=c.txt"]],
  ["REQUEST_BODY", 2, POST, ["REQUEST_BODY=b=2&c=%zz"]],
  ["REQUEST_BODY", 2, JSON_BODY, ["REQUEST_BODY="]],
  ["REQUEST_BODY_LENGTH", 2, POST, ["REQUEST_BODY_LENGTH=9"]],
  ["REQUEST_COOKIES", 1, GET, ["REQUEST_COOKIES:sid=abc", "REQUEST_COOKIES:theme=dark"]],
  ["REQUEST_COOKIES:SID", 1, GET, ["REQUEST_COOKIES:sid=abc"]],
  ["REQUEST_COOKIES_NAMES", 1, GET, ["REQUEST_COOKIES_NAMES:sid=sid", "REQUEST_COOKIES_NAMES:theme=theme"]],
  ["REQUEST_FILENAME", 1, GET, ["REQUEST_FILENAME=/a b/c.txt"]],
  ["REQUEST_HEADERS:X-ONE", 1, GET, ["REQUEST_HEADERS:X-One=1", "REQUEST_HEADERS:x-one=2"]],
  ["REQUEST_HEADERS_NAMES:/^x/", 1, GET, ["REQUEST_HEADERS_NAMES:X-One=X-One", "REQUEST_HEADERS_NAMES:x-one=x-one"]],
  ["REQUEST_LINE", 1, POST, ["REQUEST_LINE=POST /p?a=1 HTTP/1.1"]],
  ["REQUEST_METHOD|REQUEST_PROTOCOL", 1, POST, ["REQUEST_METHOD=POST", "REQUEST_PROTOCOL=HTTP/1.1"]],
  ["REQUEST_PROTOCOL", 1, { protocol: "" }, ["REQUEST_PROTOCOL=HTTP/0.9"]],
  ["REQUEST_URI|REQUEST_URI_RAW", 1, { target: "http://h/a?b#c" }, ["REQUEST_URI=/a?b", "REQUEST_URI_RAW=http://h/a?b#c"]],
  ["RESPONSE_BODY", 4, ANSWER, ["RESPONSE_BODY=gone"], WATCH],
  ["RESPONSE_CONTENT_LENGTH", 4, ANSWER, ["RESPONSE_CONTENT_LENGTH=4"], WATCH],
  ["RESPONSE_CONTENT_TYPE", 3, ANSWER, ["RESPONSE_CONTENT_TYPE=text/html; charset=utf-8"]],
  ["RESPONSE_HEADERS:x-a", 3, ANSWER, ["RESPONSE_HEADERS:X-A=b"]],
  ["RESPONSE_HEADERS_NAMES", 3, ANSWER, ["Content-Type", "X-A"].map((name) => `RESPONSE_HEADERS_NAMES:${name}=${name}`)],
  [
    "RESPONSE_PROTOCOL|RESPONSE_STATUS|STATUS|STATUS_LINE",
    3,
    ANSWER,
    ["RESPONSE_PROTOCOL=HTTP/1.1", "RESPONSE_STATUS=404", "STATUS=404", "STATUS_LINE=HTTP/1.1 404"],
  ],
  ["RESPONSE_STATUS", 2, ANSWER, []],
  [
    "OUTBOUND_DATA_ERROR",
    4,
    ANSWER,
    ["OUTBOUND_DATA_ERROR=1"],
    `${WATCH}\nSecResponseBodyLimit 2\nSecResponseBodyLimitAction ProcessPartial`,
  ],
  ["RULE:id", 1, GET, ["RULE:id=1"]],
  ["SERVER_ADDR|SERVER_PORT|SERVER_NAME", 1, GET, ["SERVER_ADDR=198.51.100.1", "SERVER_PORT=443", "SERVER_NAME=shop.example"]],
  ["SERVER_NAME", 1, { headers: [["Host", "[2001:db8::1]:80"]] }, ["SERVER_NAME=[2001:db8::1]"]],
  ["SESSIONID|USERID", 1, GET, ["SESSIONID=", "USERID="]],
  ["TIME|TIME_DAY|TIME_EPOCH|TIME_HOUR", 1, GET, ["TIME=05:06:07", "TIME_DAY=4", "TIME_EPOCH=1772600767", "TIME_HOUR=5"]],
  ["TIME_MIN|TIME_MON|TIME_SEC|TIME_WDAY|TIME_YEAR", 1, GET, ["TIME_MIN=6", "TIME_MON=2", "TIME_SEC=7", "TIME_WDAY=3", "TIME_YEAR=2026"]],
  ["TX", 1, GET, []],
  ["UNIQUE_ID", 1, GET, ["UNIQUE_ID=the-id"]],
  ["URLENCODED_ERROR", 2, POST, ["URLENCODED_ERROR=1"]],
  ["URLENCODED_ERROR", 2, GET, ["URLENCODED_ERROR=0"]],
  ["ARGS_POST|XML:/*", 2, XML_BODY, ["ARGS_POST:xml.r=u", "ARGS_POST:xml.r.s=t", "XML:/*=tu"], "SecParseXmlIntoArgs On"],
  [
    "ARGS_POST|XML:/*|XML://@*",
    2,
    XML_BODY,
    ["ARGS_POST:xml.r=u", "ARGS_POST:xml.r.s=t", "XML:/*=", "XML://@*=1"],
    "SecParseXmlIntoArgs OnlyArgs",
  ],
  [
    "ARGS_POST|XML:/*",
    2,
    XML_BODY,
    ["ARGS_POST:xml.r=u", "ARGS_POST:xml.r.s=t", "XML:/*=tu"],
    'SecAction "id:9,phase:1,pass,ctl:parseXmlIntoArgs=On"',
  ],
  ["ARGS_POST|REQBODY_ERROR", 2, XML_BODY, ["ARGS_POST:xml.r=u", "REQBODY_ERROR=1"], "SecParseXmlIntoArgs On\nSecArgumentsLimit 1"],
  [
    "REQUEST_BODY|REQBODY_PROCESSOR",
    2,
    XML_BODY,
    [`REQUEST_BODY=${XML_BODY.body}`, "REQBODY_PROCESSOR="],
    'SecAction "id:9,phase:1,pass,ctl:requestBodyProcessor=RAW"',
  ],
  ["WEBAPPID", 1, GET, ["WEBAPPID=default"]],
  ["WEBAPPID", 1, GET, ["WEBAPPID=shop"], "SecWebAppId shop"],
  ["STREAM_INPUT_BODY|REQUEST_XML:/*", 2, XML_BODY, [`STREAM_INPUT_BODY=${XML_BODY.body}`, "XML:/*=tu"]],
  ["STREAM_OUTPUT_BODY", 4, ANSWER, [`STREAM_OUTPUT_BODY=${ANSWER.response?.body}`], WATCH],
  ["USERAGENT_IP", 1, GET, ["USERAGENT_IP=192.0.2.7"]],
  ["WEBSERVER_ERROR_LOG", 1, GET, []],
  ["XML:/*", 2, XML_BODY, ["XML:/*=tu"]],
  ["XML://@*", 2, XML_BODY, ["XML://@*=1"]],
];

for (const [variable, phase, sent, expected, settings] of ROWS) {
  test(`The firewall shows ${variable} to rules of phase ${phase} (${expected.join(" ").slice(0, 60)})`, () => {
    deepEqual(seen(variable, phase, sent, settings), expected);
  });
}

test("The firewall has a row of this table for every variable it knows", () => {
  const flags = /^MULTIPART_(?:BOUNDARY|CRLF|DATA|FILE_L|HEADER|INVALID|LF|MISSING|SEMI)/;
  const shown = new Set(ROWS.flatMap(([variable]) => variable.split("|").map((part) => part.replace(/^[&!]/, "").replace(/:.*/, ""))));
  deepEqual(
    VARIABLE_NAMES.filter((name) => !shown.has(name) && !flags.test(name)),
    [],
  );
});
