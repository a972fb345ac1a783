import assert from "node:assert/strict";
import test from "node:test";
import { type BodyFault, type BodyProcessorName, planBody } from "../../src/body/index.ts";
import type { Pair } from "../../src/http/index.ts";

const TYPES: readonly (readonly [contentType: string, processor: BodyProcessorName])[] = [
  ["application/x-www-form-urlencoded", "URLENCODED"],
  ["APPLICATION/x-www-form-urlencoded; charset=utf-8", "URLENCODED"],
  ["multipart/form-data; boundary=x", "MULTIPART"],
  ["multipart/form-data boundary=x", "MULTIPART"],
  ["application/json", "JSON"],
  ["application/json,text/plain", "JSON"],
  ["application/vnd.api+json", "JSON"],
  ["application/csp-report", "JSON"],
  ["text/xml", "XML"],
  ["application/soap+xml; action=x", "XML"],
  ["application/graphql", "GRAPHQL"],
  ["application/graphql-response+json", "JSON"],
  ["application/x-ndjson", "NDJSON"],
  ["text/plain", "NONE"],
  ["application/octet-stream", "NONE"],
  ["multipart/mixed; boundary=x", "NONE"],
  ["nonsense", "NONE"],
  ["text/plain, multipart/form-data; boundary=x", "MULTIPART"],
  ["application/x-www-form-urlencodedx", "URLENCODED"],
  ["x-application/x-www-form-urlencoded", "URLENCODED"],
  ["", "NONE"],
];

for (const [contentType, processor] of TYPES) {
  test(`The firewall reads a body of type '${contentType}' as ${processor}`, () => {
    assert.equal(planBody([["content-TYPE", contentType]]).processor, processor);
  });
}

const PROBLEMS: readonly (readonly [does: string, headers: readonly Pair[], fault: BodyFault | undefined])[] = [
  ["accepts utf-8", [["Content-Type", 'text/xml; charset="UTF-8"']], undefined],
  ["accepts latin 1", [["Content-Type", "text/xml; charset=iso-8859-1"]], undefined],
  ["refuses utf-16", [["Content-Type", "application/json; charset=utf-16"]], "charset"],
  ["refuses utf-7", [["Content-Type", "text/html; charset=utf-7"]], "charset"],
  ["refuses what it does not know", [["Content-Type", "text/xml; charset=ibm037"]], "charset"],
  ["refuses two character sets", [["Content-Type", "text/xml; charset=utf-8; charset=latin1"]], "ambiguous"],
  ["refuses two types", [["Content-Type", "text/xml"], ["Content-Type", "application/json"]], "ambiguous"],
  ["accepts one type said twice", [["Content-Type", "text/xml"], ["Content-Type", "text/xml"]], undefined],
  ["accepts compressed bodies", [["Content-Type", "text/xml"], ["Content-Encoding", "gzip"]], undefined],
  ["refuses bodies compressed twice", [["Content-Type", "text/xml"], ["Content-Encoding", "gzip, br"]], "coding"],
  ["accepts the coding that changes nothing", [["Content-Encoding", "identity"]], undefined],
]; // biome-ignore format: a table

for (const [does, headers, fault] of PROBLEMS) {
  test(`The firewall, planning to read a body, ${does}`, () => assert.equal(planBody(headers).problem?.fault, fault));
}
