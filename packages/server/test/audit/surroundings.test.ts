import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { describe, type TestContext, test } from "node:test";
import { secretsIn, tryForgeries } from "../../src/audit/index.ts";
import { runChecks } from "../../src/audit/run-checks.ts";
import { NOBODY } from "../../src/identity/actor.ts";
import { lookAtOperatorPage, ownAddresses } from "../../src/wiring/audit-operator-page.ts";
import { lookAtPackages } from "../../src/wiring/audit-packages.ts";
import { lookAtRuntime } from "../../src/wiring/audit-runtime.ts";
import { factsOf, openHouse, type TestHouse } from "./house.ts";

async function openFindings(house: TestHouse): Promise<readonly string[]> {
  const findings = runChecks(await factsOf(house), []);
  return findings.filter(({ status }) => status === "fail" || status === "error").map(({ check, resource }) => `${check} ${resource}`);
}

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "audit-look-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe("Holdfast, looking around itself,", () => {
  test("sees on the disk what the checks are about: rights, plain bytes, loose backups, a link", async () => {
    await using house = await openHouse();
    const data = join(house.folder, "data");
    const rows: readonly { readonly spoil: () => Promise<unknown>; readonly finds: readonly string[] }[] = [
      { spoil: () => chmod(data, 0o755), finds: ["HF-DT-006 ."] },
      { spoil: () => symlink("/etc/passwd", join(data, "link")), finds: ["HF-DT-006 ."] },
      {
        spoil: () => writeFile(join(data, "data-9.db-wal"), Buffer.concat([Buffer.alloc(65_530, 7), Buffer.from("SQLite format 3\0")])),
        finds: ["HF-CR-001 data-9.db-wal", "HF-FIVE-001 disk"],
      },
      {
        spoil: async () => {
          await mkdir(join(data, "backups"), { recursive: true });
          await writeFile(join(data, "backups", "a.holdfast"), "INSERT INTO patients");
        },
        finds: ["HF-BK-002 a.holdfast", "HF-FIVE-001 backups"],
      },
    ];
    for (const { spoil, finds } of rows) {
      await spoil();
      const found = await openFindings(house);
      for (const one of finds) assert.ok(found.includes(one), `${one} is not among ${found.join(", ")}`);
    }
  });

  test("sees who may operate without a second factor", async () => {
    await using house = await openHouse();
    const { identity } = house.app;
    const { code } = await identity.operators.code("anywhere");
    const visit = {
      request: "r",
      address: "127.0.0.1",
      agent: undefined,
      loopback: true,
      actor: NOBODY,
      actorIn: async () => NOBODY,
    };
    await identity.operators.redeem(visit, { code, address: "owner@clinic.example", password: "seven ferries cross at dusk" });
    assert.deepEqual(await openFindings(house), ["HF-AU-004 operators"]);
    const { exampleAccounts, accounts } = await house.sources.accounts();
    assert.deepEqual([accounts, exampleAccounts], [1, ["owner@clinic.example"]], "and that the password is the one of the documents");
  });

  test("sees what is installed and how, and what does not fit the lock", async (t) => {
    const folder = await folderFor(t);
    const put = async (path: string, value: object | string): Promise<void> => {
      await mkdir(join(folder, path, ".."), { recursive: true });
      await writeFile(join(folder, path), typeof value === "string" ? value : JSON.stringify(value));
    };
    await put("package.json", {
      dependencies: { good: "1", older: "1", gone: "1", stranger: "1", sibling: "1" },
      optionalDependencies: { elsewhere: "1" },
    });
    await put("package-lock.json", {
      packages: {
        "node_modules/good": { version: "1.0.0" },
        "node_modules/older": { version: "1.0.1" },
        "node_modules/gone": { version: "1.0.0" },
        "node_modules/sibling": { resolved: "packages/sibling", link: true },
        "packages/sibling": { version: "0.1.0" },
      },
    });
    await put("node_modules/good/package.json", { version: "1.0.0", dependencies: { inner: "1" } });
    await put("node_modules/good/node_modules/inner/package.json", { version: "2.0.0", scripts: { postinstall: "node x.js" } });
    await put("node_modules/older/package.json", { version: "1.0.0" });
    await put("node_modules/older/build/x.node", "");
    await put("node_modules/stranger/package.json", { version: "3.0.0" });
    await put("packages/sibling/package.json", { version: "0.1.0" });
    await symlink("../packages/sibling", join(folder, "node_modules/sibling"));
    const packages = await lookAtPackages(folder);
    const shown = packages.map(({ name, locked, installed, installScript, native }) => [name, locked, installed, installScript, native]);
    assert.deepEqual(shown, [
      ["gone", "1.0.0", undefined, false, false],
      ["good", "1.0.0", "1.0.0", false, false],
      ["inner", "not in the lock file", "2.0.0", true, false],
      ["older", "1.0.1", "1.0.0", false, true],
      ["sibling", "0.1.0", "0.1.0", false, false],
      ["stranger", "not in the lock file", "3.0.0", false, false],
    ]);
  });

  test("sees an operators' page that somebody forwards to other networks, and none that is reached from this machine alone", {
    skip: ownAddresses().length === 0 ? "not run: this machine has no address but loopback" : false,
  }, async () => {
    await using house = await openHouse();
    const { drills, openBeside } = house.serving;
    await using desk = await openBeside({ host: "127.0.0.1", port: 0, httpPort: undefined }, []);
    const [address = ""] = ownAddresses().filter((one) => !one.includes("%"));
    const look = () => lookAtOperatorPage({ desk, name: "localhost", drills, randomBytes: house.app.vault.randomBytes });
    const before = await look();
    assert.deepEqual([before.tried.includes(address), before.reachedAt], [true, []]);
    const forwarder = createServer((socket) => void pipeline(socket, connect(desk.port, "127.0.0.1"), socket).catch(() => undefined));
    await new Promise<void>((resolve) => forwarder.listen(desk.port, address, resolve));
    try {
      assert.deepEqual((await look()).reachedAt, [address]);
    } finally {
      await new Promise((resolve) => forwarder.close(resolve));
    }
  });

  test("sees the switches, the debugger and the secrets that stand open, by name and never by value", async (t) => {
    const config = join(await folderFor(t), "holdfast.config.ts");
    await writeFile(config, 'export const a = 1;\nconst key = "AKIAABCDEFGHIJKLMNOP";\n');
    const env = {
      NODE_OPTIONS: "--insecure-http-parser",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      TOKEN: `hf_secret_${"a2".repeat(20)}`,
      CI_TOKEN: `ghp_${"a1".repeat(18)}`,
    };
    const seen = lookAtRuntime({ env, execArgv: ["--inspect"], config });
    assert.deepEqual(seen.switches, ["--inspect", "--insecure-http-parser"]);
    assert.equal(seen.tlsVerificationOff, true);
    assert.deepEqual([seen.codeFromStrings, seen.protoAccessor, seen.inspectorOpen], [false, false, false]);
    assert.deepEqual(seen.openSecrets, [
      { place: "environment TOKEN", kind: "secret key of a client" },
      { place: "config line 2", kind: "cloud key" },
    ]);
    assert.doesNotMatch(JSON.stringify(seen.openSecrets), /hf_secret_|AKIA/);
  });

  const secrets = [
    { text: "HOLDFAST-ROOT-1QQQQQQQQQQQQQQQQQQQQQQQQ", kind: "root key" },
    { text: "AGE-SECRET-KEY-PQ-1QQQQQQQQQQQQQQQQQQQQQQQ", kind: "recovery kit" },
    { text: "-----BEGIN EC PRIVATE KEY-----", kind: "private key" },
    { text: `a eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${"x".repeat(43)} b`, kind: "access token" },
    { text: "postgres://ada:hunter2@db/x", kind: "password in an address" },
    { text: "$argon2id$v=19$m=19456,t=2,p=1$abc$def", kind: "password hash" },
    { text: `ghp_${"a1".repeat(18)}`, kind: "repository token" },
  ];
  for (const { text, kind } of secrets) {
    test(`knows a ${kind} when it sees one`, () => assert.deepEqual(secretsIn(text), [kind]));
  }
  for (const text of ["https://example.com/a:b@c", "sk_test", "HOLDFAST-ROOT", "a.b.c", "env:ROOT", "AKIA123", "eyJ.eyJ.x"]) {
    test(`takes ${text} for no secret`, () => assert.deepEqual(secretsIn(text), []));
  }

  test("finds a reader of tokens that believes too much", async () => {
    await using house = await openHouse();
    const { signToken, readToken } = house.app.vault;
    const careless = tryForgeries({ signToken, readToken: (token) => readToken(token) ?? (token.endsWith(".") ? {} : undefined) });
    assert.deepEqual(careless.forgeriesTaken, ["alg none", "no signature"]);
    assert.throws(() => tryForgeries({ signToken, readToken: () => undefined }), "a reader that refuses everything proves nothing");
  });
});
