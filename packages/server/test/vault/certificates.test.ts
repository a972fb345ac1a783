import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { connect, createServer } from "node:tls";
import { promisify } from "node:util";
import fc from "fast-check";
import { isFault } from "../../src/kit/index.ts";
import { signCertificate } from "../../src/vault/certificate-der.ts";
import type { LocalCertificate } from "../../src/vault/index.ts";
import { type LocalName, parseAddress, parseLocalName } from "../../src/vault/local-names.ts";
import { fixedClock, memoryKeyring, openTestVault } from "./fixture.ts";

const DAY_MS = 86_400_000;
const NAMES = ["localhost", "box.local", "127.0.0.1", "::1", "192.168.1.5", "fd00::12"];
const run = promisify(execFile);

/** An authority of ours and a leaf that it should never sign, as if its key had been stolen. */
function stolenAuthority(now = Date.now()): {
  readonly authority: string;
  leafFor(names: readonly LocalName[]): { readonly cert: string; readonly key: string };
} {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const period = { notBefore: now - DAY_MS, notAfter: now + 30 * DAY_MS };
  const own = { issuer: "Test authority", issuerPublicKey: publicKey, ...period };
  const authority = signCertificate(
    { ...own, serial: new Uint8Array([1]), subject: "Test authority", publicKey, profile: "authority" },
    privateKey,
  );
  return {
    authority: new X509Certificate(authority).toString(),
    leafFor: (names) => {
      const leaf = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const bytes = signCertificate(
        { ...own, serial: new Uint8Array([2]), subject: "Test", publicKey: leaf.publicKey, profile: { names } },
        privateKey,
      );
      return { cert: new X509Certificate(bytes).toString(), key: leaf.privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
    },
  };
}

/** What a TLS client that trusts this authority says of a server with this certificate, called by this name. */
function handshake({
  cert,
  key,
  ca,
  name,
}: {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  readonly name: string;
}): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer({ cert, key }, (socket) => socket.end());
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo; // it listens on TCP
      const isDomain = parseAddress(name) === undefined;
      const socket = connect({ host: "127.0.0.1", port, ca, ...(isDomain ? { servername: name } : {}) });
      const end = (outcome: string): void => {
        socket.destroy();
        server.close(() => resolve(outcome));
      };
      socket.on("secureConnect", () => end("accepted"));
      socket.on("error", (error: NodeJS.ErrnoException) => end(`${error.code} ${error.message}`));
    });
  });
}

function realTimeVault(): ReturnType<typeof openTestVault> {
  return openTestVault({ clock: fixedClock(Date.now()) });
}

const keyOf = (local: LocalCertificate): ReturnType<typeof createPublicKey> => createPublicKey(createPrivateKey(local.privateKey));

describe("Holdfast's local certificate", () => {
  const { certificates } = realTimeVault();
  const local = certificates.local(NAMES, memoryKeyring());
  const leaf = new X509Certificate(local.certificateChain);
  const authority = new X509Certificate(local.authority);

  test("is for the names asked for, of P-256, for servers only, and no authority", () => {
    assert.equal(
      leaf.subjectAltName,
      "DNS:localhost, DNS:box.local, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:192.168.1.5, IP Address:FD00:0:0:0:0:0:0:12",
    );
    assert.equal(leaf.ca, false);
    assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(leaf.publicKey.asymmetricKeyDetails?.namedCurve, "prime256v1");
    assert.ok(leaf.publicKey.equals(keyOf(local)));
    assert.ok(authority.ca && leaf.checkIssued(authority) && leaf.verify(authority.publicKey));
  });

  test("lasts at most 397 days and began a day ago", () => {
    const now = Date.now();
    assert.ok(leaf.validToDate.getTime() - leaf.validFromDate.getTime() <= 397 * DAY_MS);
    assert.ok(leaf.validFromDate.getTime() <= now - DAY_MS + 5_000);
    assert.equal(local.expiresAt, leaf.validToDate.getTime());
  });

  for (const name of ["localhost", "127.0.0.1"]) {
    test(`is accepted by a TLS client that trusts the authority, as ${name}`, async () => {
      assert.equal(await handshake({ cert: local.certificateChain, key: local.privateKey, ca: local.authority, name }), "accepted");
    });
  }

  test("is refused by a TLS client that trusts another authority, and under another name", async () => {
    const chain = { cert: local.certificateChain, key: local.privateKey };
    assert.match(await handshake({ ...chain, ca: stolenAuthority().authority, name: "localhost" }), /^SELF_SIGNED_CERT_IN_CHAIN/);
    assert.match(await handshake({ ...chain, ca: local.authority, name: "other.local" }), /^ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  const outside: readonly LocalName[] = [
    { kind: "domain", domain: "example.com" },
    { kind: "domain", domain: "notlocal" },
    { kind: "domain", domain: "localhost.example.com" },
    { kind: "address", bytes: new Uint8Array([8, 8, 8, 8]) },
    { kind: "address", bytes: new Uint8Array([172, 32, 0, 1]) },
  ];
  for (const name of outside) {
    const text = name.kind === "domain" ? name.domain : name.bytes.join(".");
    test(`cannot be forged for ${text} by whoever steals the authority`, async () => {
      const stolen = stolenAuthority();
      const inside: LocalName = { kind: "domain", domain: "localhost" };
      const good = stolen.leafFor([inside]);
      assert.equal(await handshake({ ...good, ca: stolen.authority, name: "localhost" }), "accepted");
      assert.match(
        await handshake({ ...stolen.leafFor([inside, name]), ca: stolen.authority, name: "localhost" }),
        /permitted subtree violation/,
      );
    });
  }

  test("is accepted by openssl with strict checks, and a forged one is not", async (context) => {
    if (
      await run("openssl", ["version"]).then(
        () => false,
        () => true,
      )
    ) {
      context.skip("there is no openssl here");
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), "holdfast-certificate-"));
    try {
      const write = (name: string, text: string): string => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const verify = (ca: string, chain: string): Promise<{ stdout: string }> =>
        run("openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, chain]);
      const { stdout } = await verify(write("ca.pem", local.authority), write("leaf.pem", local.certificateChain));
      assert.match(stdout, /: OK/);
      const stolen = stolenAuthority();
      const forged = stolen.leafFor([{ kind: "domain", domain: "example.com" }]);
      await assert.rejects(verify(write("stolen.pem", stolen.authority), write("forged.pem", forged.cert)), /permitted subtree violation/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("Holdfast's store of certificates", () => {
  test("gives the same certificate again, and writes nothing", () => {
    const { certificates } = realTimeVault();
    let writes = 0;
    const storage = memoryKeyring();
    const counting = {
      load: storage.load,
      replace: (bytes: Uint8Array) => {
        writes += 1;
        storage.replace(bytes);
      },
    };
    const first = certificates.local(NAMES, counting);
    const again = certificates.local(["localhost", "192.168.1.5"], counting);
    assert.equal(again.certificateChain, first.certificateChain);
    assert.equal(again.privateKey, first.privateKey);
    assert.deepEqual([first.isNewAuthority, again.isNewAuthority, writes], [true, false, 1]);
  });

  test("makes a new leaf under the same authority for other names, and before the old one ends", () => {
    const clock = fixedClock(Date.now());
    const { certificates } = openTestVault({ clock });
    const storage = memoryKeyring();
    const first = certificates.local(["localhost"], storage);
    const moved = certificates.local(["localhost", "192.168.7.7"], storage);
    assert.notEqual(moved.certificateChain, first.certificateChain);
    assert.equal(moved.authority, first.authority);
    clock.advance(396 * DAY_MS - 31 * DAY_MS);
    assert.equal(certificates.local(["localhost"], storage).certificateChain, moved.certificateChain);
    clock.advance(2 * DAY_MS);
    const renewed = certificates.local(["localhost"], storage);
    assert.notEqual(renewed.certificateChain, moved.certificateChain);
    assert.equal(renewed.authority, first.authority);
    assert.equal(renewed.isNewAuthority, false);
  });

  test("makes a new authority before the old one ends, and never a leaf that outlives it", () => {
    const clock = fixedClock(Date.now());
    const { certificates } = openTestVault({ clock });
    const storage = memoryKeyring();
    const first = certificates.local(["localhost"], storage);
    clock.advance(1_700 * DAY_MS);
    const late = certificates.local(["localhost"], storage);
    assert.equal(late.authority, first.authority);
    assert.equal(late.expiresAt, new X509Certificate(first.authority).validToDate.getTime());
    clock.advance(100 * DAY_MS);
    const next = certificates.local(["localhost"], storage);
    assert.notEqual(next.authority, first.authority);
    assert.ok(next.isNewAuthority);
  });

  test("keeps private keys encrypted, and makes new ones when a stored byte has changed", () => {
    const { certificates } = realTimeVault();
    const storage = memoryKeyring();
    const first = certificates.local(["localhost"], storage);
    const stored = storage.load() ?? new Uint8Array(0);
    const secret = Buffer.from(createPrivateKey(first.privateKey).export({ format: "jwk" }).d ?? "", "base64url");
    assert.equal(secret.length, 32);
    assert.equal(Buffer.from(stored).indexOf(secret), -1);
    for (let at = 0; at < stored.length; at += 97) {
      const changed = stored.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.ok(certificates.local(["localhost"], memoryKeyring(changed)).isNewAuthority, `byte ${at}`);
    }
    assert.ok(realTimeVault().certificates.local(["localhost"], memoryKeyring(stored)).isNewAuthority, "another keyring");
  });

  const strangers = [
    "example.com",
    "local",
    "8.8.8.8",
    "172.32.0.1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "localhost.example.com",
    "*.local",
    "",
    "a b.local",
    "-a.local",
    "localhost\0.local",
  ];
  for (const name of strangers) {
    test(`refuses to vouch for ${JSON.stringify(name)}`, () => {
      assert.throws(
        () => realTimeVault().certificates.local(["localhost", name], memoryKeyring()),
        (error) => isFault(error, "settings.invalid"),
      );
    });
  }

  test("refuses to vouch for nothing, and for very many", () => {
    for (const names of [[], Array.from({ length: 65 }, (_, i) => `host-${i}.local`)]) {
      assert.throws(
        () => realTimeVault().certificates.local(names, memoryKeyring()),
        (error) => isFault(error, "settings.invalid"),
      );
    }
  });
});

describe("Holdfast's reading of addresses", () => {
  test("agrees with the runtime's for every IPv6 and IPv4 address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes = parseAddress(text);
        assert.ok(bytes, text);
        const groups = Array.from(bytes, (byte, at) => (at % 2 === 0 ? ((byte << 8) | (bytes[at + 1] ?? 0)).toString(16) : "")).filter(
          (group) => group !== "",
        );
        const again = bytes.length === 4 ? bytes.join(".") : groups.join(":");
        const hostOf = (address: string): string => new URL(address.includes(":") ? `http://[${address}]` : `http://${address}`).hostname;
        assert.equal(hostOf(again), hostOf(text));
      }),
      { numRuns: 1_000 },
    );
  });

  for (const wrong of [
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "::1%eth0",
    "::1.2.3",
    "g::",
    "1:2:3:4:5:6:7::8",
  ]) {
    test(`refuses ${wrong}`, () => assert.equal(parseLocalName(wrong)?.kind === "address", false));
  }
});
