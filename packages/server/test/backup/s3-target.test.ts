import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createS3Target, type S3Needs, type Target } from "../../src/backup/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { openCeph } from "./ceph.ts";
import { type FakeS3, openFakeS3 } from "./fake-s3.ts";
import { openKeptHouse } from "./kept-house.ts";

const CREDENTIALS = { accessKeyId: "holdfast-test", secretAccessKey: "a secret of the tests" };

async function targetOn(endpoint: string, more: Partial<S3Needs> = {}): Promise<{ readonly target: Target; readonly drafts: string }> {
  const drafts = await mkdtemp(join(tmpdir(), "holdfast-drafts-"));
  const place = { endpoint, bucket: "backups", prefix: "clinic/one", region: "us-east-1" };
  const overNetwork: S3Needs["fetch"] = (url, init) => fetch(url, init);
  const target = createS3Target({ place, credentials: CREDENTIALS, fetch: overNetwork, clock: systemClock, draftFolder: drafts, ...more });
  return { target, drafts };
}

const bytesOf = async (target: Target, name: string): Promise<string> => Buffer.concat(await Array.fromAsync(target.read(name))).toString();
const refused = { code: "backup.refused" };

/** What holds for every store that speaks S3; the real one is asked the same. */
async function behaves(endpoint: string): Promise<void> {
  const { target, drafts } = await targetOn(endpoint, { partBytes: 6_000_000 });
  const large = Buffer.alloc(13_000_000, "0123456789abcdef");
  const made = await target.keep("large.holdfast", async (path) => {
    await writeFile(path, large);
    return "made";
  });
  assert.equal(made, "made");
  await target.keep("small.holdfast", (path) => writeFile(path, "small"));
  assert.equal(await bytesOf(target, "small.holdfast"), "small");
  assert.ok((await bytesOf(target, "large.holdfast")) === large.toString());
  await assert.rejects(
    target.keep("small.holdfast", (path) => writeFile(path, "other")),
    refused,
  );
  await target.keepSmall("ledger", new TextEncoder().encode("one"));
  await target.keepSmall("ledger", new TextEncoder().encode("one"));
  await assert.rejects(target.keepSmall("ledger", new TextEncoder().encode("two")), refused);
  assert.equal(await bytesOf(target, "ledger"), "one");
  assert.deepEqual(
    [...(await target.list())].sort((a, b) => a.bytes - b.bytes),
    [
      { name: "ledger", bytes: 3 },
      { name: "small.holdfast", bytes: 5 },
      { name: "large.holdfast", bytes: large.length },
    ],
  );
  await target.remove("small.holdfast");
  await target.remove("small.holdfast");
  await assert.rejects(bytesOf(target, "small.holdfast"), refused);
  await assert.rejects(bytesOf(target, "../other"), refused);
  assert.deepEqual(await readdir(drafts), []);
  await rm(drafts, { recursive: true });
}

test("Holdfast keeps backups in object storage, in one piece or in parts, overwrites nothing there and leaves no draft here", async () => {
  await using s3 = await openFakeS3();
  await behaves(s3.endpoint);
});

test("Holdfast leaves no draft, and says so, when object storage refuses, is gone or lies about being empty", async () => {
  await using s3 = await openFakeS3();
  const { target, drafts } = await targetOn(s3.endpoint);
  s3.habits.failing = true;
  await assert.rejects(target.list(), /refused listing: 503 SlowDown/);
  await assert.rejects(
    target.keep("a", (path) => writeFile(path, "a")),
    refused,
  );
  assert.deepEqual(await readdir(drafts), []);
  const { target: gone } = await targetOn("http://127.0.0.1:9");
  await assert.rejects(gone.list(), /cannot be reached/);
  await rm(drafts, { recursive: true });
});

const HABITS: readonly (readonly [habits: Partial<FakeS3["habits"]>, lacks: readonly RegExp[]])[] = [
  [{}, [/wrong signature/]],
  [{ overwrites: true }, [/overwrites/, /wrong signature/]],
];

for (const [habits, sentences] of HABITS) {
  test(`Holdfast names what object storage lacks: ${sentences.join(" ")}`, async () => {
    await using s3 = await openFakeS3();
    Object.assign(s3.habits, habits);
    const { target } = await targetOn(s3.endpoint);
    const lacks = await target.lacks();
    assert.equal(lacks.length, sentences.length);
    for (const [at, sentence] of sentences.entries()) assert.match(lacks[at] ?? "", sentence);
    assert.deepEqual(await target.list(), [], "what was left by asking is no backup");
  });
}

test("Holdfast drills the backup that lies in object storage, and tells of a bit that flipped there", async () => {
  await using s3 = await openFakeS3();
  await using it = await openKeptHouse();
  const { target } = await targetOn(s3.endpoint);
  const keeper = it.keeper(target);
  await keeper.tend();
  const { backups, lastDrill } = await keeper.status();
  assert.equal(lastDrill?.passed, true);
  const held = s3.objects.get(`clinic/one/${backups[0]?.name}`);
  assert.ok(held);
  held.bytes[held.bytes.length >> 1] = (held.bytes[held.bytes.length >> 1] ?? 0) ^ 1;
  assert.match((await keeper.drill()).because ?? "", /damaged/);
  assert.ok(!existsSync(it.scratch));
});

test("Holdfast does all of it with a real S3 server, which refuses overwrites and wrong signatures", {
  skip: process.env["HOLDFAST_SLOW"] === undefined ? "slow: set HOLDFAST_SLOW" : false,
}, async (t) => {
  const ceph = await openCeph({ credentials: CREDENTIALS, buckets: ["backups"] });
  if (ceph === undefined) {
    t.diagnostic("not run: Debian's ceph-mon, ceph-osd, radosgw and ceph-common are not installed");
    t.skip("not run: no S3 server on this machine");
    return;
  }
  await using _ceph = ceph;
  await behaves(ceph.endpoint);
  const { target } = await targetOn(ceph.endpoint);
  assert.deepEqual(await target.lacks(), []);
  const { target: stranger } = await targetOn(ceph.endpoint, { credentials: { ...CREDENTIALS, secretAccessKey: "another" } });
  await assert.rejects(stranger.list(), /403/);
});
