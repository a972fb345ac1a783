import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concatBytes } from "../../src/kit/index.ts";
import { createTree, edgeIndex, HASH_BYTES, hashLeaf, hashNode, readEdge, rootOfEdge, TILE_WIDTH } from "../../src/trail/merkle.ts";
import { sha256 } from "../../src/vault/index.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

/** The leaves and roots with which certificate-transparency implementations of RFC 6962 test themselves. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("Holdfast computes the roots that RFC 6962 has for known leaves", () => {
  const tree = createTree(sha256);
  for (const [size, root] of ROOTS.entries()) {
    assert.equal(hex(tree.root()), root, `size ${size}`);
    tree.append(hashLeaf(sha256, bytes(LEAVES[size] ?? "")));
  }
});

const leafAt = (at: number): Uint8Array => hashLeaf(sha256, bytes(at.toString(16).padStart(8, "0")));

/** RFC 6962 §2.1, word for word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hashNode(sha256, rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

test("Holdfast grows the tree of the definition, also when it goes on from stored tiles at any size", async () => {
  const sizes = fc.tuple(fc.integer({ min: 0, max: 1_200 }), fc.integer({ min: 0, max: 700 }));
  await fc.assert(
    fc.asyncProperty(sizes, async ([before, more]) => {
      const stored = new Map<string, Uint8Array>();
      const store = (tree: ReturnType<typeof createTree>): void => {
        for (const { level, index, hashes } of tree.takeTiles()) stored.set(`${level}/${index}`, hashes);
      };
      const first = createTree(sha256);
      for (let at = 0; at < before; at += 1) first.append(leafAt(at));
      store(first);
      const edge = await readEdge(async (level, index) => stored.get(`${level}/${index}`), before);
      assert.ok(edge);
      const second = createTree(sha256, before, edge);
      for (let at = before; at < before + more; at += 1) second.append(leafAt(at));
      store(second);
      const leaves = Array.from({ length: before + more }, (_, at) => leafAt(at));
      assert.equal(hex(second.root()), hex(rootByDefinition(leaves)));
      // The root of every smaller size can be read from the same tiles.
      const smaller = await readEdge(async (level, index) => stored.get(`${level}/${index}`), before);
      assert.ok(smaller);
      assert.equal(hex(rootOfEdge(sha256, smaller)), hex(rootByDefinition(leaves.slice(0, before))));
    }),
    { numRuns: 25 },
  );
});

test("Holdfast writes the tiles that C2SP tlog-tiles gives as its example: 70,000 entries", () => {
  const tree = createTree(sha256);
  const leaf = leafAt(1);
  for (let at = 0; at < 70_000; at += 1) tree.append(leaf);
  const widths = new Map<string, number>();
  for (const { level, index, hashes } of tree.takeTiles()) widths.set(`${level}/${index}`, hashes.length / HASH_BYTES);
  const ofLevel = (level: number): number[] => [...widths].filter(([name]) => name.startsWith(`${level}/`)).map(([, width]) => width);
  assert.deepEqual([ofLevel(0).length, ofLevel(1).length, ofLevel(2).length, ofLevel(3).length], [274, 2, 1, 0]);
  assert.deepEqual([widths.get("0/273"), widths.get("1/0"), widths.get("1/1"), widths.get("2/0")], [112, TILE_WIDTH, 17, 1]);
  assert.equal(edgeIndex(70_000, 0), 273);
});

test("Holdfast reads no root from tiles that are missing or too narrow", async () => {
  assert.equal(await readEdge(async () => undefined, 3), undefined);
  assert.equal(await readEdge(async () => concatBytes([leafAt(0), leafAt(1)]), 3), undefined);
});
