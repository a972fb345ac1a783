import assert from "node:assert/strict";
import test from "node:test";
import { headFromHttp2, type Pair } from "../../src/http/index.ts";

const ENDS = { remoteAddress: "192.0.2.1", remotePort: 1, serverAddress: "192.0.2.2", serverPort: 443 };

const ROWS: readonly (readonly [does: string, fields: readonly Pair[], target: string, headers: readonly Pair[]])[] = [
  ["gives the authority as host", [[":method", "GET"], [":path", "/a?b"], [":authority", "h"], ["x", "1"]], "/a?b", [["host", "h"], ["x", "1"]]],
  ["names a host once", [[":method", "GET"], [":path", "/"], [":authority", "h"], ["host", "h"]], "/", [["host", "h"]]],
  ["keeps a host that says something else", [[":method", "GET"], [":path", "/"], [":authority", "h"], ["host", "i"]], "/", [["host", "h"], ["host", "i"]]],
  ["takes the authority of CONNECT for its target", [[":method", "CONNECT"], [":authority", "h:1"]], "h:1", [["host", "h:1"]]],
]; // biome-ignore format: a table

for (const [does, fields, target, headers] of ROWS) {
  test(`The firewall, reading an HTTP/2 head, ${does}`, () => {
    const head = headFromHttp2(fields, ENDS);
    assert.equal(head.target, target);
    assert.equal(head.protocol, "HTTP/2.0");
    assert.equal(head.remoteAddress, "192.0.2.1");
    assert.deepEqual(head.headers, headers);
  });
}
