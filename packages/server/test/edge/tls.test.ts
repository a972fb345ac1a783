import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { refuseInsecureSwitches } from "../../src/edge/insecure.ts";
import { Fault, isFault } from "../../src/kit/index.ts";
import { certificate, converse, conversePlain, statuses, testEdge } from "./fixture.ts";
import { makeCertificate } from "./make-certificate.ts";
import { probeDialect } from "./probe-dialect.ts";

function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca: certificate().cert, servername: "localhost", ...options });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

describe("Holdfast, over TLS,", { concurrency: 4 }, () => {
  test("agrees on TLS 1.3 with the post-quantum group first", async () => {
    await using served = await testEdge();
    const socket = await handshake(served.edge.port);
    assert.equal(socket.getProtocol(), "TLSv1.3");
    assert.match(JSON.stringify(socket.getEphemeralKeyInfo()), /"name":"X25519MLKEM768"/);
    assert.equal(socket.getCipher().name, "TLS_AES_256_GCM_SHA384");
    socket.destroy();
  });

  test("prefers HTTP/2", async () => {
    await using served = await testEdge();
    const socket = await handshake(served.edge.port, { ALPNProtocols: ["http/1.1", "h2"] });
    assert.equal(socket.alpnProtocol, "h2");
    socket.destroy();
  });

  const refused: readonly { readonly does: string; readonly options: ConnectionOptions }[] = [
    { does: "TLS 1.1", options: { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } },
    { does: "finite-field groups only", options: { ecdhCurve: "ffdhe2048" } },
    { does: "P-521 only", options: { ecdhCurve: "P-521" } },
    { does: "suites without forward secrecy", options: { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256" } },
    { does: "suites with CBC", options: { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA" } },
    { does: "a protocol that it does not speak", options: { ALPNProtocols: ["spdy/3"] } },
  ];
  for (const { does, options } of refused) {
    test(`fails the handshake with a client of ${does}`, async () => {
      await using served = await testEdge();
      await assert.rejects(handshake(served.edge.port, options));
      assert.deepEqual(statuses(await converse(served.edge.port, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 60)), [200]);
    });
  }

  test("takes a client of TLS 1.2, and no renegotiation from it", async () => {
    await using served = await testEdge();
    const socket = await handshake(served.edge.port, { maxVersion: "TLSv1.2" });
    assert.equal(socket.getProtocol(), "TLSv1.2");
    const outcome = await new Promise((resolve) => {
      socket.on("error", (error) => resolve("code" in error ? error.code : error));
      socket.on("close", () => resolve("closed"));
      socket.renegotiate({}, (error) => resolve(error === null ? "renegotiated" : "refused"));
      socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
    assert.notEqual(outcome, "renegotiated");
    socket.destroy();
  });

  test("never lets plain HTTP that is spoken to the TLS port reach a handler", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    const heard = await conversePlain(served.edge.port, "GET /probe/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert.deepEqual(statuses(heard), []);
    assert.deepEqual(probe.worked, []);
  });

  test("never spends a handshake on an address that the firewall refuses", async () => {
    await using served = await testEdge();
    served.firewall.verdict = ({ stage }) => (stage === "address" ? { act: "refuse", rule: "networks.deny" } : { act: "allow" });
    await assert.rejects(handshake(served.edge.port));
    assert.deepEqual(
      served.firewall.asked.map(({ stage }) => stage),
      ["address"],
    );
    assert.deepEqual(
      served.events.map((event) => event.kind === "request.refused" && event.rule),
      ["networks.deny"],
    );
  });

  test("says of a certificate that cannot be used which files to look at, and does not listen", async () => {
    const good = certificate();
    const other = makeCertificate(["localhost"]);
    for (const wrong of [
      { ...good, cert: good.cert.slice(0, 200) },
      { ...good, key: "" },
      { cert: good.cert, key: other.key },
    ]) {
      await assert.rejects(
        testEdge({ needs: { certificate: wrong } }),
        (error) => isFault(error, "settings.invalid") && /--cert/.test(error.message),
      );
    }
  });

  test("shows a renewed certificate to new handshakes, and keeps answering on open connections", async () => {
    await using served = await testEdge();
    const before = await handshake(served.edge.port, { ALPNProtocols: ["http/1.1"] });
    const renewed = makeCertificate(["localhost"]);
    served.edge.renewCertificate(renewed);
    const after = await handshake(served.edge.port, { ca: renewed.cert });
    assert.notEqual(after.getPeerX509Certificate()?.fingerprint256, before.getPeerX509Certificate()?.fingerprint256);
    const answer = new Promise<string>((resolve) => before.once("data", (piece: Buffer) => resolve(String(piece))));
    before.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert.deepEqual(statuses(await answer), [200]);
    assert.throws(() => served.edge.renewCertificate({ cert: renewed.cert, key: certificate().key }));
    (await handshake(served.edge.port, { ca: renewed.cert })).destroy();
    before.destroy();
    after.destroy();
  });

  const switches: readonly { readonly nodeOptions?: string; readonly execArgv?: readonly string[]; readonly starts: boolean }[] = [
    { nodeOptions: "--insecure-http-parser", starts: false },
    { nodeOptions: "--max-old-space-size=100 --insecure_http_parser", starts: false },
    { nodeOptions: '"--insecure-http-parser"', starts: false },
    { execArgv: ["--insecure-http-parser"], starts: false },
    { execArgv: ["--http-validation=insecure"], starts: false },
    { execArgv: ["--http-validation", "insecure"], starts: false },
    { nodeOptions: "--http-validation relaxed", starts: false },
    { execArgv: ["--tls-min-v1.0"], starts: false },
    { execArgv: ["--tls-cipher-list=ALL"], starts: false },
    { execArgv: ["--disallow-code-generation-from-strings"], nodeOptions: "--max-old-space-size=100", starts: true },
    { starts: true },
  ];
  for (const { nodeOptions, execArgv = [], starts } of switches) {
    test(`${starts ? "starts" : "does not start"} under ${nodeOptions ?? ""} ${execArgv.join(" ")}`, () => {
      const start = (): void => refuseInsecureSwitches({ nodeOptions, execArgv });
      if (starts) start();
      else assert.throws(start, (error) => error instanceof Fault && error.code === "settings.invalid");
    });
  }

  test("leaves nothing open when its plain listener cannot open", async () => {
    await using served = await testEdge();
    const { port } = served.edge;
    const free = await testEdge();
    const freed = free.edge.port;
    await free[Symbol.asyncDispose]();
    await assert.rejects(testEdge({ needs: { listen: { host: "127.0.0.1", port: freed, httpPort: port } } }));
    await using again = await testEdge({ needs: { listen: { host: "127.0.0.1", port: freed, httpPort: undefined } } });
    assert.equal(again.edge.port, freed);
  });

  test("says in a fault where it cannot listen", async () => {
    await using served = await testEdge();
    await assert.rejects(
      testEdge({ needs: { listen: { host: "127.0.0.1", port: served.edge.port, httpPort: undefined } } }),
      (error) => error instanceof Fault && error.code === "settings.invalid",
    );
  });
});
