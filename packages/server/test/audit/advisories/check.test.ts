import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  type AdvisoryReport,
  checkAdvisories,
  lifeOfNode,
  openSource,
  type Part,
  takeInventory,
} from "../../../src/audit/advisories/index.ts";
import { tables } from "../../../src/audit/advisories/tables.ts";
import { createTrail, createTrailReader, tables as trailTables } from "../../../src/trail/index.ts";
import { readPlainFile } from "../../../src/wiring/advisory-check.ts";
import { openTrailHouse } from "../../trail/trail-house.ts";
import { fixedClock } from "../../vault/fixture.ts";

const DAY = 86_400_000;
const LOCK = {
  lockfileVersion: 3,
  packages: {
    "": { name: "house", workspaces: ["packages/*"] },
    "packages/server": { name: "holdfast", version: "0.1.0" },
    "node_modules/holdfast": { resolved: "packages/server", link: true },
    "node_modules/used": { version: "1.0.0" },
    "node_modules/@scope/idle": { version: "2.0.0-beta.1" },
    "node_modules/tool": { version: "3.0.0", dev: true },
    "node_modules/used/node_modules/deep": { version: "0.4.0" },
  },
};
const LOADED = [
  "/srv/app/node_modules/used/lib/index.js",
  "/srv/app/node_modules/used/node_modules/deep/x.node",
  "/elsewhere/node_modules/tool/a.js",
];

const record = (id: string, name: string, more: object = {}): object => ({
  id,
  summary: `about ${name}`,
  affected: [{ package: { ecosystem: "npm", name }, ranges: [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.0.1" }] }] }],
  ...more,
});

async function openChecks() {
  const clock = fixedClock(Date.UTC(2026, 10, 21));
  const house = await openTrailHouse({ clock });
  const report = await house.store.migrate({ tables: [...trailTables, ...tables] });
  const trail = await createTrail({
    store: house.store,
    report,
    vault: house.opened.vault,
    clock,
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });
  trail.start();
  const folder = await mkdtemp(join(tmpdir(), "holdfast-advisories-"));
  const check = (setting: string | undefined, nodeVersion = "26.10.0"): Promise<AdvisoryReport> =>
    checkAdvisories({
      store: house.store,
      trail,
      clock,
      source:
        setting === undefined
          ? undefined
          : openSource(setting, { fetch: (url, init) => fetch(url, init), readFile: (path) => readFile(path, "utf8") }),
      takeInventory: async () => takeInventory(LOCK, "/srv/app", LOADED),
      nodeVersion,
    });
  return {
    clock,
    check,
    async checkFile(content: string, nodeVersion?: string): Promise<AdvisoryReport> {
      const file = join(folder, "feed.json");
      await writeFile(file, content);
      return check(`file:${file}`, nodeVersion);
    },
    async told(): Promise<readonly string[]> {
      await trail.settle();
      const reader = createTrailReader({ store: house.store, report, vault: house.opened.vault });
      const kinds = ["advisories.checked", "advisories.failed", "advisory.found"] as const;
      return (await reader.show({ kinds, from: undefined, to: undefined, last: 99, personal: "closed" })).map(({ kind }) => kind);
    },
    async [Symbol.asyncDispose]() {
      await trail[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

test("Holdfast takes its inventory from the lock file, and tells what of it is loaded and what is for development", () => {
  const shown = ({ name, version, loaded, development }: Part): string => `${name} ${version} ${loaded} ${development}`;
  assert.deepEqual(takeInventory(LOCK, "/srv/app", LOADED).map(shown), [
    "used 1.0.0 true false",
    "@scope/idle 2.0.0-beta.1 false false",
    "tool 3.0.0 false true",
    "deep 0.4.0 true false",
  ]);
  assert.ok(
    takeInventory(LOCK, "/another/root", LOADED).every(({ loaded }) => loaded),
    "what cannot be told counts as reached",
  );
  for (const lock of [null, [], {}, { packages: [] }, { packages: {} }, { packages: { "node_modules/a": {} } }])
    assert.throws(() => takeInventory(lock, "/srv/app", []), { code: "advisories.unreadable" });
});

test("Holdfast names what concerns it: how bad, whether it is loaded, where it is mended and until when", async () => {
  await using it = await openChecks();
  const feed = [
    record("A-1", "used", {
      severity: [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
      aliases: ["CVE-2026-1"],
    }),
    record("A-2", "deep", { database_specific: { severity: "MODERATE" } }),
    record("A-3", "tool"),
    record("A-4", "used", { withdrawn: "2026-01-01T00:00:00Z" }),
    record("A-5", "unknown"),
    record("A-6", "used", { affected: [{ package: { ecosystem: "PyPI", name: "used" }, versions: ["1.0.0"] }] }),
    record("A-7", "@scope/idle", { affected: [{ package: { ecosystem: "npm", name: "@scope/idle" }, versions: ["2.0.0-beta.1"] }] }),
    record("A-8", "tool", {
      affected: [{ package: { ecosystem: "npm", name: "tool" }, ranges: [{ type: "GIT", events: [{ introduced: "0" }] }] }],
      database_specific: { severity: "LOW" },
    }),
  ];
  const { findings, packages, loaded, node } = await it.checkFile(JSON.stringify(feed));
  assert.deepEqual(
    findings.map(({ advisory, severity, score, loaded: isLoaded, development, fixed, dueAt }) => [
      advisory,
      severity,
      score,
      isLoaded,
      development,
      fixed,
      (dueAt - it.clock.now()) / DAY,
    ]),
    [
      ["A-1", "critical", 9.8, true, false, "1.0.1", 3],
      ["A-7", "unrated", undefined, false, false, undefined, 3],
      ["A-2", "medium", undefined, true, false, "1.0.1", 30],
      ["A-8", "low", undefined, false, true, undefined, 90],
    ],
  );
  assert.deepEqual([packages, loaded, node.supported, node.patchesKnown], [4, 2, true, false]);
  assert.deepEqual(await it.told(), [...Array(4).fill("advisory.found"), "advisories.checked"]);
});

test("Holdfast lets nothing of a source reach a terminal that could command it", async () => {
  await using it = await openChecks();
  const command = "\u001b[2J";
  const feed = [
    record(`A-1${command}`, "used", { summary: `a\n${command}b\u202e`, references: [{ type: "ADVISORY", url: `https://x/${command}` }] }),
  ];
  const { findings } = await it.checkFile(JSON.stringify(feed));
  assert.deepEqual(
    findings.map(({ advisory, summary, url }) => [advisory, summary, url]),
    [["A-1 [2J", "a [2Jb", "https://x/ [2J"]],
  );
});

test("Holdfast lets a deadline run from the first time it knew, whatever is said later, and tells when it has passed", async () => {
  await using it = await openChecks();
  const feed = JSON.stringify([record("A-1", "used", { database_specific: { severity: "HIGH" } })]);
  const [first] = (await it.checkFile(feed)).findings;
  assert.equal(first?.overdue, false);
  it.clock.advance(6 * DAY);
  const [second] = (await it.checkFile(feed)).findings;
  assert.deepEqual([second?.firstSeenAt, second?.dueAt, second?.overdue], [first?.firstSeenAt, first?.dueAt, false]);
  it.clock.advance(2 * DAY);
  assert.equal((await it.checkFile(feed)).findings[0]?.overdue, true);
  assert.equal((await it.told()).filter((kind) => kind === "advisory.found").length, 1);
});

test("Holdfast looks for its own runtime too, and says until when its line is mended", async () => {
  await using it = await openChecks();
  const node = {
    id: "N-1",
    affected: [
      {
        package: { ecosystem: "Bitnami", name: "node" },
        ranges: [{ type: "SEMVER", events: [{ introduced: "26.0.0" }, { fixed: "26.10.1" }] }],
      },
    ],
  };
  const report = await it.checkFile(JSON.stringify(node));
  assert.deepEqual(
    report.findings.map(({ package: name, version, fixed, loaded }) => [name, version, fixed, loaded]),
    [["node", "26.10.0", "26.10.1", true]],
  );
  assert.equal(report.node.patchesKnown, true);
  assert.deepEqual((await it.checkFile(JSON.stringify(node), "26.10.1")).findings, []);
  assert.equal(lifeOfNode("26.10.0", Date.UTC(2029, 3, 30)).supported, true);
  assert.equal(lifeOfNode("26.10.0", Date.UTC(2029, 4, 1)).supported, false);
  assert.equal(lifeOfNode("99.0.0", 0).supported, false);
});

const LIES: readonly (readonly [what: string, content: string])[] = [
  ["no JSON", "<html>all is well</html>"],
  ["nothing", ""],
  ["an empty list", "[]"],
  ["an empty object", "{}"],
  ["an error in the dress of an answer", '{"error":"not found"}'],
  ["a record without an id", JSON.stringify([{ affected: [] }])],
  ["a record whose package has no name", JSON.stringify([{ id: "A", affected: [{ package: { ecosystem: "npm" } }] }])],
  [
    "a version that is none",
    JSON.stringify([
      record("A", "x", {
        affected: [{ package: { ecosystem: "npm", name: "x" }, ranges: [{ type: "SEMVER", events: [{ introduced: "one" }] }] }],
      }),
    ]),
  ],
  ["records that name no package", JSON.stringify([{ id: "A" }, { id: "B", affected: [] }])],
  ["one broken record among good ones", JSON.stringify([record("A", "x"), 7])],
];

for (const [what, content] of LIES) {
  test(`Holdfast takes ${what} for an error and never for "none"`, async () => {
    await using it = await openChecks();
    await assert.rejects(it.checkFile(content), { code: "advisories.unreadable" });
    assert.deepEqual(await it.told(), ["advisories.failed"]);
  });
}

test("Holdfast takes a file that is gone, a source that was never set and a word that is none for an error", async () => {
  await using it = await openChecks();
  await assert.rejects(it.check("file:/nowhere/feed.json"), { code: "advisories.unreadable" });
  await assert.rejects(it.check(undefined), /--advisories/);
  assert.throws(() => openSource("gopher://x", { fetch, readFile: () => Promise.resolve("") }), { code: "advisories.unreadable" });
});

test("Holdfast reads no source of advisories that is no plain file", async () => {
  for (const path of ["/dev/zero", "/dev/stdin", tmpdir()]) {
    await assert.rejects(readPlainFile(path), { code: "advisories.unreadable" }, path);
  }
});

interface Served extends AsyncDisposable {
  readonly url: string;
}

async function serve(answer: RequestListener): Promise<Served> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const CANARY = { minimist: [{ id: 1, url: "x/GHSA-vh95-rmgr-6w4m", title: "t", severity: "moderate", vulnerable_versions: "<0.2.1" }] };

test("Holdfast asks a registry as package managers do, about every package and one that it must know", async () => {
  await using it = await openChecks();
  const asked: unknown[] = [];
  const used = { id: 7, url: "https://x/GHSA-aaaa-bbbb-cccc", title: "bad", severity: "high", vulnerable_versions: ">=1.0.0 <1.0.3" };
  await using registry = await serve((request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url}`, JSON.parse(body));
      response.end(JSON.stringify({ ...CANARY, used: [used] }));
    });
  });
  const { findings } = await it.check(`registry:${registry.url}/`);
  assert.deepEqual(asked, [
    "POST /-/npm/v1/security/advisories/bulk",
    { used: ["1.0.0"], "@scope/idle": ["2.0.0-beta.1"], tool: ["3.0.0"], deep: ["0.4.0"], minimist: ["0.0.8"] },
  ]);
  assert.deepEqual(
    findings.map(({ advisory, severity, fixed }) => [advisory, severity, fixed]),
    [["GHSA-aaaa-bbbb-cccc", "high", "1.0.3"]],
  );
});

const REGISTRY_LIES: readonly (readonly [what: string, status: number, body: string])[] = [
  ["answers {} to everything", 200, "{}"],
  ["does not offer the call", 405, "{}"],
  ["answers an error object", 200, '{"error":"method not allowed"}'],
  ["names what nobody asked about", 200, JSON.stringify({ ...CANARY, other: [] })],
  ["sends a page", 200, "<html></html>"],
  ["names a range that is none", 200, JSON.stringify({ ...CANARY, used: [{ id: 1, vulnerable_versions: "^1" }] })],
  ["sends elsewhere", 302, ""],
  ["sends broken text", 200, "\u{fffd}"],
];

for (const [what, status, body] of REGISTRY_LIES) {
  test(`Holdfast takes a registry that ${what} for an error and never for "none"`, async () => {
    await using it = await openChecks();
    await using registry = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { location: "/elsewhere" }).end(body);
    });
    await assert.rejects(it.check(`registry:${registry.url}`), { code: "advisories.unreadable" });
    assert.deepEqual(await it.told(), ["advisories.failed"]);
  });
}

test("Holdfast takes a source that nobody answers at, or that breaks off, for an error", async () => {
  await using it = await openChecks();
  await assert.rejects(it.check("registry:http://127.0.0.1:9"), /cannot be reached/);
  await using breaking = await serve((request, response) => {
    request.resume();
    response.writeHead(200, { "content-length": "1000" });
    response.write('[{"id":');
    setTimeout(() => response.destroy(), 20);
  });
  await assert.rejects(it.check(`${breaking.url}/feed.json`), { code: "advisories.unreadable" });
});
