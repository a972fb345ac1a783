import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import {
  checkpointText,
  formatVerifierKey,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  STATE_LINE,
  signNote,
} from "../../src/trail/signed-note.ts";
import { sha256, verifySignature } from "../../src/vault/index.ts";

const keys = { sha256, verify: verifySignature };
const { privateKey } = generateKeyPairSync("ed25519");
const publicKey = new Uint8Array(
  createPublicKey(createPrivateKey(privateKey.export({ format: "pem", type: "pkcs8" })))
    .export({ format: "der", type: "spki" })
    .subarray(12),
);
const signer = { sha256, sign: (bytes: Uint8Array): Uint8Array => new Uint8Array(sign(null, bytes, privateKey)) };

test("Holdfast opens the example note of C2SP signed-note with its example key", () => {
  const vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  const note =
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
  const key = parseVerifierKey(sha256, vkey);
  assert.equal(openNote(note, key.name, key.publicKey, keys), "This is an example message.\n");
  assert.equal(formatVerifierKey(sha256, key.name, key.publicKey), vkey);
});

test("Holdfast reads back the checkpoint that it signs, with the state line that binds nothing yet", () => {
  const root = sha256("root");
  const text = checkpointText({ origin: "holdfast/a/b", size: 20_852_163, root });
  assert.deepEqual(text.split("\n"), ["holdfast/a/b", "20852163", Buffer.from(root).toString("base64"), STATE_LINE, ""]);
  const opened = openNote(signNote(text, "holdfast/a/b", publicKey, signer), "holdfast/a/b", publicKey, keys);
  assert.equal(opened, text);
  assert.deepEqual(parseCheckpoint(text), { origin: "holdfast/a/b", size: 20_852_163, root });
});

test("Holdfast believes no note in which one character is another", () => {
  const note = signNote(checkpointText({ origin: "o", size: 7, root: sha256("x") }), "o", publicKey, signer);
  fc.assert(
    fc.property(fc.nat(note.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
      const changed = note.slice(0, at) + other + note.slice(at + 1);
      return changed === note || openNote(changed, "o", publicKey, keys) === undefined;
    }),
    { numRuns: 2_000 },
  );
});

test("Holdfast passes over the signatures of others, and refuses a note with none of its own", () => {
  const text = checkpointText({ origin: "o", size: 7, root: sha256("x") });
  const other = signNote(text, "witness.example", publicKey, signer).split("\n\n")[1] ?? "";
  assert.equal(openNote(`${signNote(text, "o", publicKey, signer)}${other}`, "o", publicKey, keys), text);
  assert.equal(openNote(`${text}\n${other}`, "o", publicKey, keys), undefined);
});

for (const [text, because] of [
  ["o\n07\nAAAA\n", "a size with a leading zero"],
  ["\n7\nAAAA\n", "an empty origin"],
  [`o\n7\n${Buffer.alloc(31).toString("base64")}\n`, "a root of another length"],
  [`o\n7\n${Buffer.alloc(32).toString("base64")}\n\nx\n`, "an empty extension line"],
  [`o\n7\n${Buffer.alloc(32).toString("base64")}`, "no last newline"],
] as const) {
  test(`Holdfast reads no checkpoint from ${because}`, () => assert.equal(parseCheckpoint(text), undefined));
}

for (const key of [
  "",
  "a+b",
  "a+00000000+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
]) {
  test(`Holdfast takes no verifier key like "${key}"`, () => assert.throws(() => parseVerifierKey(sha256, key), { code: "trail.refused" }));
}
