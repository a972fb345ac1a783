import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./clone.ts";

const { isReady }: { isReady(root: string): boolean } = await import(join(ROOT, "scripts/setup.mjs"));

interface Package {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly peer?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly libc?: readonly string[];
}

const A: Package = { version: "1.0.0", integrity: "sha512-a" };
const elsewhere = process.platform === "aix" ? "sunos" : "aix";

/** What the lockfile wants, what npm says is there, what is on disk, and whether that is a whole tree. */
const TREES: readonly [
  name: string,
  wanted: Record<string, Package>,
  found: Record<string, Package> | undefined,
  ready: boolean,
  absent?: string,
][] = [
  ["nothing is installed", { a: A }, undefined, false],
  ["all is there", { a: A }, { a: A }, true],
  ["all is there and more", { a: A }, { a: A, b: A }, true],
  ["a package is missing", { a: A, b: A }, { a: A }, false],
  ["a package has another version", { a: A }, { a: { ...A, version: "1.0.1" } }, false],
  ["a package has other bytes", { a: A }, { a: { ...A, integrity: "sha512-b" } }, false],
  ["a package lost its folder", { a: A, b: A }, { a: A, b: A }, false, "b"],
  ["a link is a package", { a: { link: true } }, { a: {} }, false],
  ["another platform's package is missing", { a: { ...A, optional: true, os: [elsewhere] } }, {}, true],
  ["another platform's package is missing, named by a word", { a: { ...A, optional: true, os: elsewhere } }, {}, true],
  ["all platforms but this may have it", { a: { ...A, optional: true, os: [`!${process.platform}`] } }, {}, true],
  ["this platform's package was left out", { a: { ...A, optional: true, os: [process.platform], cpu: [process.arch] } }, {}, false],
  ["this platform's package was left out, named by what it is not", { a: { ...A, optional: true, os: [`!${elsewhere}`] } }, {}, false],
  ["another C library's package is missing", { a: { ...A, optional: true, os: [process.platform], libc: ["musl"] } }, {}, true],
  ["an optional package failed to install", { a: { ...A, optional: true } }, {}, true],
  ["a peer is missing", { a: { ...A, peer: true } }, {}, true],
  ["an optional package has another version", { a: { ...A, optional: true } }, { a: { ...A, version: "2.0.0" } }, false],
];

for (const [name, wanted, found, ready, absent] of TREES) {
  test(`Holdfast ${ready ? "leaves the tree alone" : "installs"} when ${name}`, () => {
    const root = mkdtempSync(join(tmpdir(), "holdfast-ready-"));
    try {
      const packages = (of: Record<string, Package>) =>
        JSON.stringify({
          packages: {
            "": {},
            "packages/x": {},
            ...Object.fromEntries(Object.entries(of).map(([key, value]) => [`node_modules/${key}`, value])),
          },
        });
      writeFileSync(join(root, "package-lock.json"), packages(wanted));
      for (const folder of Object.keys(found ?? {}).filter((key) => key !== absent)) {
        mkdirSync(join(root, "node_modules", folder), { recursive: true });
        writeFileSync(join(root, "node_modules", folder, "package.json"), "{}");
      }
      mkdirSync(join(root, "node_modules"), { recursive: true });
      if (found !== undefined) writeFileSync(join(root, "node_modules/.package-lock.json"), packages(found));
      assert.equal(isReady(root), ready);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
}

test("Holdfast installs when npm's own record is half written", () => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-ready-"));
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "package-lock.json"), '{ "packages": {} }');
  writeFileSync(join(root, "node_modules/.package-lock.json"), '{ "packages": {');
  assert.equal(isReady(root), false);
  writeFileSync(join(root, "package-lock.json"), "{");
  assert.throws(() => isReady(root), /package-lock.json/);
  rmSync(root, { recursive: true });
});
