import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { CHECKS, probeListener } from "../../src/audit/index.ts";
import { runChecks } from "../../src/audit/run-checks.ts";
import { createDrills } from "../../src/edge/index.ts";
import { createProber } from "../../src/edge/probing/index.ts";
import { isFault } from "../../src/kit/index.ts";
import { DEFAULT_LIMITS } from "../../src/model/index.ts";
import { createTrailReader } from "../../src/trail/index.ts";
import { makeCertificate } from "../edge/make-certificate.ts";
import { factsOf, openHouse } from "./house.ts";
import { weakTwin } from "./weak-twin.ts";

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((face) => face?.address === "::1");
const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
/** All that look at what the listener answers. Two of them need what the twin cannot be: an older OpenSSL, a plain port on the TLS port. */
const FOUND_ON_THE_TWIN = [
  "HF-FIVE-002",
  "HF-FIVE-003",
  "HF-TLS-001",
  "HF-TLS-002",
  "HF-TLS-003",
  "HF-TLS-008",
  "HF-TLS-009",
  "HF-TLS-010",
  "HF-HTTP-012",
  "HF-HTTP-014",
  "HF-HTTP-015",
  "HF-HTTP-016",
  "HF-HTTP-017",
  "HF-PL-009",
  "HF-AZ-013",
  "HF-FW-003",
];

describe("Holdfast, knocking at its own listener,", () => {
  test("finds every weakness of a server that has them all", async () => {
    await using house = await openHouse();
    await using twin = await weakTwin();
    const { port, httpPort, certificate } = twin;
    const drills = createDrills(randomBytes(16));
    const prober = createProber({
      host: "127.0.0.1",
      port,
      httpPort,
      name: "localhost",
      certificate: () => certificate,
      drills,
      randomBytes,
    });
    const listener = await probeListener({
      prober,
      host: `localhost:${port}`,
      publishableKey: "hf_publishable_x",
      collections: ["patients"],
      hasHttpPort: true,
      limits: DEFAULT_LIMITS,
    });
    const facts = await factsOf(house);
    const weak = Object.create(facts, {
      listener: { value: listener },
      house: { value: { ...facts.house, hasHttpPort: true, hasRealName: true } },
    });
    const failed = new Set(runChecks(weak, []).filter(({ status }) => status === "fail").map(({ check }) => check)); // biome-ignore format: one line
    assert.deepEqual(FOUND_ON_THE_TWIN.filter((id) => !failed.has(id)), []); // biome-ignore format: one line
    for (const id of FOUND_ON_THE_TWIN) assert.ok(CHECKS.some((check) => check.id === id));
  });

  test("believes no other server that answers at its address", async () => {
    await using twin = await weakTwin();
    await using other = await weakTwin();
    const drills = createDrills(randomBytes(16));
    const needs = { host: "127.0.0.1", port: twin.port, httpPort: undefined, name: "localhost", drills, randomBytes };
    const prober = createProber({ ...needs, certificate: () => other.certificate });
    await assert.rejects(prober.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "tls"), isFault);
    await assert.rejects(prober.agree({}), isFault);
  });

  test("is recorded under an address that is nobody's, and with no loopback privileges", async () => {
    await using house = await openHouse();
    const { store, report, vault, trail } = house.app;
    await factsOf(house);
    await trail.settle();
    const shown = await createTrailReader({ store, report, vault }).show({
      kinds: [],
      from: undefined,
      to: undefined,
      last: 10_000,
      personal: "opened",
    });
    const from = new Set(
      shown.flatMap(({ slots }) => (typeof slots["address"] === "string" && slots["address"] !== "" ? [slots["address"]] : [])),
    );
    assert.equal(from.size, 1);
    assert.ok([...from].every(house.serving.drills.isOwn), [...from].join());
    for (const seen of ["request.refused", "request.blocked"]) assert.ok(shown.some(({ kind }) => kind === seen), `the probes were seen: ${seen}`); // biome-ignore format: one line
    assert.equal(house.serving.requestRules.look().blocked, 0, "and not counted");
  });

  test("cannot be imitated: neither by another connection of this machine, nor by a header", async () => {
    const nonce = randomBytes(16);
    const drills = createDrills(nonce);
    const drill = drills.begin();
    assert.match(drill, /^100:([0-9a-f]{1,4}:){5}0:1$/);
    const others = [createDrills(randomBytes(16)).begin(), "127.0.0.1", "100::1", drill.replace(/:0:1$/, ":0:2"), ""];
    assert.deepEqual([drills.isOwn(drill), drills.isOwn(drills.begin()), others.some(drills.isOwn)], [true, true, false]);
    {
      using announced = drills.announce(drill, "127.0.0.1", 20_001);
      assert.ok(announced);
      const rows = [
        ["127.0.0.1", 20_001, drill],
        ["::ffff:127.0.0.1", 20_001, drill],
        ["127.0.0.1", 20_002, "127.0.0.1"],
        ["127.0.0.2", 20_001, "127.0.0.2"],
        ["192.0.2.7", 20_001, "192.0.2.7"],
        [undefined, undefined, ""],
      ] as const;
      for (const [address, port, peer] of rows) assert.equal(drills.peerOf(address, port), peer);
    }
    assert.equal(drills.peerOf("127.0.0.1", 20_001), "127.0.0.1", "and not after it");
  });

  test("looks at a server with a real name, its own certificate and a plain port as at any other", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "audit-named-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { cert, key } = makeCertificate(["api.example.com"]);
    const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
    await writeFile(certFile, cert);
    await writeFile(keyFile, key, { mode: 0o600 });
    const env = { HOLDFAST_CERT: certFile, HOLDFAST_CERT_KEY: keyFile, HOLDFAST_DOMAIN: "api.example.com", HOLDFAST_HTTP_PORT: "0" };
    await using house = await openHouse({ env });
    const findings = runChecks(await factsOf(house), []);
    const statusOf = (id: string) => findings.find(({ check }) => check === id)?.status;
    const named = ["HF-TLS-005", "HF-TLS-006", "HF-TLS-007", "HF-TLS-009", "HF-TLS-010", "HF-HTTP-014"];
    assert.deepEqual(named.map((id) => [id, statusOf(id)]), named.map((id) => [id, "pass"])); // biome-ignore format: one line
    // What is left is true of the machine that runs this: its certificate is a short one, and its tests may run as root.
    const wrong = findings.filter(({ status }) => status === "fail" || status === "error").map(({ check }) => check);
    assert.deepEqual(wrong.filter((id) => id !== "HF-PL-001" && id !== "HF-TLS-004"), []); // biome-ignore format: one line
    await chmod(keyFile, 0o644);
    assert.equal(runChecks(await factsOf(house), []).find(({ check }) => check === "HF-TLS-007")?.status, "fail");
  });

  for (const host of ["127.0.0.1", "localhost", "0.0.0.0", "::", "::1"]) {
    test(`reaches a listener that is bound to ${host}, as a drill`, { skip: host.includes(":") && !hasIpv6 }, async () => {
      await using house = await openHouse({ env: { HOLDFAST_HOST: host, HOLDFAST_DOMAIN: "clinic.local" } });
      assert.equal((await house.sources.listener()).health.status, 200);
      assert.deepEqual(house.lines.filter(({ what }) => /failed|could not/i.test(what)), []); // biome-ignore format: one line
    });
  }

  test("reaches a listener that lets in named networks only", async (t) => {
    await using house = await openHouse({ config: await networksConfig(t) });
    const { status } = (await house.sources.listener()).health;
    assert.equal(status, 200);
  });
});

async function networksConfig(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "audit-config-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "holdfast.config.ts");
  await writeFile(
    file,
    'import { define, collection, text } from "holdfast";\nexport default define({ name: "Named", collections: { notes: collection({ fields: { a: text({ max: 9 }) } }) }, networks: { allow: ["192.0.2.0/24"], deny: ["::/0"] } });\n',
  );
  return file;
}
