import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { isFault } from "../../src/kit/index.ts";
import { hkdf, hmacSha256 } from "../../src/vault/derive.ts";
import {
  beginFirstStart,
  createRootText,
  type KeyringStorage,
  namedRoots,
  openVault,
  openVaultWithKit,
  type Place,
  parseRootReference,
  type RootInput,
  restoreKeyring,
  rotateRoot,
} from "../../src/vault/index.ts";
import { openKeyringWithRoots, sealKeyring, withNewKey } from "../../src/vault/keyring.ts";
import { bodyBytes, encodeKeyring, type KeyringDocument, parseKeyring } from "../../src/vault/keyring-document.ts";
import { LABELS } from "../../src/vault/labels.ts";
import { createRandomness } from "../../src/vault/random.ts";
import { parseSecret } from "../../src/vault/secret-text.ts";
import { fixedClock, memoryKeyring, openTestVault } from "./fixture.ts";

const clock = fixedClock();
const PLACE: Place = { table: 1, column: 1, tenant: null, row: new Uint8Array(16), subject: null, type: "text" };
const refused = (error: unknown): boolean => isFault(error, "vault.refused");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const rootInput = (name: string): RootInput => ({ reference: `env:${name}`, text: createRootText() });

/** A storage that counts what is written. */
function countingKeyring(bytes?: Uint8Array): KeyringStorage & { readonly writes: () => number } {
  const held = memoryKeyring(bytes);
  let writes = 0;
  return {
    load: held.load,
    replace: (next) => {
      writes += 1;
      held.replace(next);
    },
    writes: () => writes,
  };
}

describe("Holdfast's keyring", () => {
  test("has one primary key of each kind from the first start, under the root and the kit", () => {
    const { keys, keyring, root } = openTestVault();
    assert.deepEqual(
      keys.list.map(({ kind, state }) => `${kind} ${state}`),
      ["page primary", "data primary", "index primary", "token primary", "trail primary", "certificate primary", "backup primary"],
    );
    assert.deepEqual(
      namedRoots(keyring).map(({ reference, kind }) => ({ reference, kind })),
      [{ reference: root.reference, kind: "key" }],
    );
    assert.equal(keys.kitConfirmed, false);
    assert.equal(keys.sequence, 1);
  });

  test("gives the page key of each living generation and of no other", () => {
    const { keys } = openTestVault();
    assert.equal(keys.pageKey(keys.pageGeneration).length, 32);
    assert.deepEqual(keys.pageKey(keys.pageGeneration), keys.pageKey(keys.pageGeneration));
    for (const generation of [0, 2, 99]) assert.throws(() => keys.pageKey(generation), refused);
  });

  test("is refused without a keyring, with a wrong root, a damaged root, a kit for a root and nothing at all; and nothing is written", () => {
    const { keyring, kit } = openTestVault();
    const storage = countingKeyring(keyring.load());
    const inputs: readonly (readonly RootInput[])[] = [
      [],
      [rootInput("OTHER")],
      [{ reference: "env:A", text: "HOLDFAST-ROOT-1QQQQ" }],
      [{ reference: "env:A", text: kit }],
      [{ reference: "prompt:", text: "a passphrase that is long" }],
    ];
    for (const roots of inputs) assert.throws(() => openVault({ keyring: storage, roots, clock, cores: 1 }), refused);
    assert.throws(() => openVaultWithKit({ keyring: storage, kit: openTestVault().kit, clock, cores: 1 }), refused);
    assert.throws(() => openVaultWithKit({ keyring: storage, kit: "", clock, cores: 1 }), refused);
    assert.equal(storage.writes(), 0);
    const empty = countingKeyring();
    assert.throws(() => openVault({ keyring: empty, roots: [rootInput("A")], clock, cores: 1 }), refused);
    assert.equal(empty.writes(), 0);
  });

  test("is never made over another", () => {
    const { keyring } = openTestVault();
    const storage = countingKeyring(keyring.load());
    assert.throws(() => beginFirstStart({ keyring: storage, clock }).finish(rootInput("B")), refused);
    assert.throws(
      () => restoreKeyring({ bytes: new Uint8Array(0), by: { kit: "" }, root: rootInput("B"), keyring: storage, clock }),
      refused,
    );
    assert.equal(storage.writes(), 0);
  });

  test("opens with one good root among bad ones", () => {
    const { keyring, root, vault } = openTestVault();
    const again = openVault({ keyring, roots: [{ reference: "env:A", text: "torn" }, rootInput("B"), root], clock, cores: 1 });
    assert.deepEqual(again.vault.appId, vault.appId);
  });

  test("notices every changed byte, whichever way it is opened", () => {
    const { keyring, root, kit } = openTestVault();
    const whole = keyring.load() ?? new Uint8Array(0);
    // Three bytes in the kit's own part and the wraps under it are only read with the kit; the root's seal is over them all.
    for (let at = 0; at < whole.length; at += 3) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const storage = memoryKeyring(changed);
      assert.throws(() => openVault({ keyring: storage, roots: [root], clock, cores: 1 }), refused, `byte ${at}`);
    }
    const sealsAt = Buffer.from(whole).indexOf(',"seals"');
    for (let at = 0; at < sealsAt; at += 31) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => openVaultWithKit({ keyring: memoryKeyring(changed), kit, clock, cores: 1 }), refused, `byte ${at}`);
    }
  });

  const edits: readonly (readonly [string, (text: string) => string])[] = [
    ["a key that is retired again called live", (text) => text.replace('"state":"live"', '"state":"pending"')],
    ["another state for the primary key", (text) => text.replace('"kind":"data","state":"primary"', '"kind":"data","state":"live"')],
    ["a confirmed kit", (text) => text.replace('"confirmed":false', '"confirmed":true')],
    ["a later sequence", (text) => text.replace('"sequence":1', '"sequence":9')],
    ["another reference", (text) => text.replace("env:TEST_ROOT", "env:EVIL")],
    ["spaces", (text) => text.replace('"sequence":1', '"sequence": 1')],
    ["an unknown field", (text) => text.replace('"sequence":1', '"sequence":1,"more":1')],
    ["a field twice", (text) => text.replace('"sequence":1', '"sequence":2,"sequence":1')],
    ["no line end", (text) => text.trimEnd()],
    ["the recovery key of somebody else", (text) => text.replace(/"publicKey":"[^"]+"/, `"publicKey":"${kitKeyOfSomebodyElse()}"`)],
    ["nothing", () => ""],
    ["a list", () => "[]\n"],
    ["a prototype", (text) => text.replace('{"format"', '{"__proto__":{},"format"')],
  ];
  for (const [name, edit] of edits) {
    test(`is refused with ${name}`, () => {
      const { keyring, root, kit } = openTestVault();
      const random = createRandomness();
      const opened = openKeyringWithRoots(keyring.load() ?? new Uint8Array(0), [root]);
      const text = name.includes("live")
        ? textOf(sealKeyring(withNewKey(opened, "index", "live", { clock, random }), random))
        : textOf(keyring.load() ?? new Uint8Array(0));
      const edited = edit(text);
      assert.notEqual(edited, text);
      const storage = memoryKeyring(new Uint8Array(Buffer.from(edited)));
      assert.throws(() => openVault({ keyring: storage, roots: [root], clock, cores: 1 }), refused);
      assert.throws(() => openVaultWithKit({ keyring: storage, kit, clock, cores: 1 }), refused);
    });
  }

  function kitKeyOfSomebodyElse(): string {
    const { keyring } = openTestVault();
    return Buffer.from(parseKeyring(keyring.load() ?? new Uint8Array(0)).kit.publicKey).toString("base64url");
  }

  test("refuses the wrap of one key in the place of another", () => {
    const { keyring, root } = openTestVault();
    const document = JSON.parse(textOf(keyring.load() ?? new Uint8Array(0))) as { keys: { wraps: unknown }[] }; // written by us a line above
    const [page, data] = document.keys;
    assert.ok(page && data);
    [page.wraps, data.wraps] = [data.wraps, page.wraps];
    assert.throws(
      () => openVault({ keyring: memoryKeyring(Buffer.from(`${JSON.stringify(document)}\n`)), roots: [root], clock, cores: 1 }),
      refused,
    );
  });

  test("binds each wrap to its key, even for one who can seal the keyring again", () => {
    const { keyring, root } = openTestVault();
    const document = parseKeyring(keyring.load() ?? new Uint8Array(0));
    const [page, data, ...rest] = document.keys;
    const rootKey = parseSecret("root", root.text);
    assert.ok(page && data && rootKey);
    const sealedAgain = (keys: KeyringDocument["keys"]): Uint8Array => {
      const body = { ...document, keys };
      const seal = hmacSha256(hkdf(rootKey, LABELS.keyringSeal, 32), bodyBytes(body));
      return encodeKeyring({ ...body, seals: new Map([...document.seals.keys()].map((id) => [id, seal])) });
    };
    assert.ok(openKeyringWithRoots(sealedAgain(document.keys), [root]));
    const exchanged = [{ ...page, wraps: data.wraps }, { ...data, wraps: page.wraps }, ...rest];
    assert.throws(() => openKeyringWithRoots(sealedAgain(exchanged), [root]), refused);
  });

  test("stays as it was when it cannot be written", () => {
    const { keyring, root, kit } = openTestVault();
    const full: KeyringStorage = {
      load: keyring.load,
      replace: () => {
        throw new Error("no space left");
      },
    };
    const { keys } = openVault({ keyring: full, roots: [root], clock, cores: 1 });
    const before = { sequence: keys.sequence, roots: keys.roots, kitConfirmed: keys.kitConfirmed };
    for (const change of [() => keys.confirmKit(kit), () => keys.addRoot(rootInput("B")), () => keys.replaceLostRoots(rootInput("B"))]) {
      assert.throws(change, /no space left/);
      assert.deepEqual({ sequence: keys.sequence, roots: keys.roots, kitConfirmed: keys.kitConfirmed }, before);
    }
  });

  test("is refused when an older one is put back and its number is remembered", () => {
    const { keyring, keys, root, kit } = openTestVault();
    const older = keyring.load();
    keys.confirmKit(kit);
    assert.equal(keys.sequence, 2);
    assert.ok(openVault({ keyring, roots: [root], clock, cores: 1, sequenceAtLeast: keys.sequence }));
    assert.throws(
      () => openVault({ keyring: memoryKeyring(older), roots: [root], clock, cores: 1, sequenceAtLeast: keys.sequence }),
      refused,
    );
  });

  test("reads with older keys and encrypts with the primary one", () => {
    const { keyring, root, vault } = openTestVault();
    const random = createRandomness();
    const sealed = vault.encrypt("old", PLACE);
    const opened = openKeyringWithRoots(keyring.load() ?? new Uint8Array(0), [root]);
    const demoted = {
      ...opened,
      keys: opened.keys.map((key) => (key.kind === "data" || key.kind === "index" ? { ...key, state: "live" as const } : key)),
    };
    const rotated = withNewKey(withNewKey(demoted, "data", "primary", { clock, random }), "index", "primary", { clock, random });
    const next = openVault({ keyring: memoryKeyring(sealKeyring(rotated, random)), roots: [root], clock, cores: 1 }).vault;
    assert.equal(textOf(next.decrypt(sealed, PLACE)), "old");
    assert.equal(new DataView(next.encrypt("new", PLACE).buffer).getUint32(1), 8);
    assert.deepEqual(next.indexKeyIds, [3, 9]);
    const retired = { ...rotated, keys: rotated.keys.map((key) => (key.id === 2 ? { ...key, state: "retired" as const } : key)) };
    const bytes = sealKeyring(retired, random);
    assert.throws(() => openVault({ keyring: memoryKeyring(bytes), roots: [root], clock, cores: 1 }).vault.decrypt(sealed, PLACE), refused);
    assert.match(textOf(bytes), /"id":2,"kind":"data","state":"retired","createdAt":\d+,"wraps":\{\}/);
  });
});

describe("Holdfast's roots", () => {
  test("rotate: the new one opens, the old one does not, and nothing in use changes", () => {
    const opened = openTestVault();
    const sealed = opened.vault.encrypt("kept", PLACE);
    const shelf = new Map<string, string>();
    const next = { reference: "file:/roots/b", text: createRootText() };
    rotateRoot({
      keys: opened.keys,
      shelf: {
        read: (name) => shelf.get(name),
        write: (name, text) => void shelf.set(name, text),
        remove: (name) => void shelf.delete(name),
      },
      next,
    });
    assert.equal(shelf.get(next.reference), next.text);
    assert.deepEqual(
      opened.keys.roots.map(({ reference }) => reference),
      [next.reference],
    );
    assert.equal(textOf(openVault({ ...opened, roots: [next], clock, cores: 1 }).vault.decrypt(sealed, PLACE)), "kept");
    assert.throws(() => openVault({ ...opened, roots: [opened.root], clock, cores: 1 }), refused);
    assert.equal(textOf(openVaultWithKit({ ...opened, clock, cores: 1 }).vault.decrypt(sealed, PLACE)), "kept");
  });

  test("may be two, and then either opens; the last one stays", () => {
    const opened = openTestVault();
    const second = rootInput("SECOND");
    opened.keys.addRoot(second);
    assert.throws(() => opened.keys.addRoot(second), refused);
    for (const roots of [[opened.root], [second], [second, opened.root]]) assert.ok(openVault({ ...opened, roots, clock, cores: 1 }));
    const [first, last] = opened.keys.roots;
    opened.keys.dropRoot(first?.id ?? "");
    assert.throws(() => opened.keys.dropRoot(last?.id ?? ""), refused);
    assert.throws(() => opened.keys.forgetRoot(last?.id ?? ""), refused);
    assert.throws(() => opened.keys.dropRoot("0000000000000000"), refused);
    assert.throws(() => openVault({ ...opened, roots: [opened.root], clock, cores: 1 }), refused);
  });

  test("change nothing while one of two is not at hand, but a lost one can be dropped", () => {
    const opened = openTestVault();
    opened.keys.addRoot(rootInput("LOST"));
    const { keys } = openVault({ ...opened, roots: [opened.root], clock, cores: 1 });
    const before = opened.keyring.load();
    assert.throws(() => keys.confirmKit(opened.kit), refused);
    assert.equal(opened.keyring.load(), before);
    keys.dropRoot(keys.roots.find(({ reference }) => reference === "env:LOST")?.id ?? "");
    keys.confirmKit(opened.kit);
    assert.ok(keys.kitConfirmed);
  });

  test("can be replaced with the kit alone when all are lost", () => {
    const opened = openTestVault();
    const sealed = opened.vault.encrypt("kept", PLACE);
    const byKit = openVaultWithKit({ ...opened, clock, cores: 1 });
    assert.throws(() => byKit.keys.addRoot(rootInput("NEW")), refused);
    const fresh = rootInput("NEW");
    byKit.keys.replaceLostRoots(fresh);
    assert.equal(textOf(openVault({ ...opened, roots: [fresh], clock, cores: 1 }).vault.decrypt(sealed, PLACE)), "kept");
    assert.throws(() => openVault({ ...opened, roots: [opened.root], clock, cores: 1 }), refused);
  });

  test("may be a passphrase", () => {
    const keyring = memoryKeyring();
    const root = { reference: "prompt:", text: "a passphrase that is long" };
    beginFirstStart({ keyring, clock }).finish(root);
    assert.ok(openVault({ keyring, roots: [root], clock, cores: 1 }));
    assert.throws(() => openVault({ keyring, roots: [{ ...root, text: "another passphrase here" }], clock, cores: 1 }), refused);
    assert.throws(
      () => beginFirstStart({ keyring: memoryKeyring(), clock }).finish({ ...root, text: "short" }),
      (error) => isFault(error, "settings.invalid"),
    );
  });

  test("are named by reference: a literal is refused and not repeated", () => {
    assert.deepEqual(parseRootReference("file:/etc/holdfast/root"), { kind: "file", path: "/etc/holdfast/root" });
    assert.deepEqual(parseRootReference("env:HOLDFAST_ROOT"), { kind: "env", name: "HOLDFAST_ROOT" });
    assert.deepEqual(parseRootReference("prompt:"), { kind: "prompt" });
    const secret = createRootText().trim();
    for (const text of [secret, "", "file:", "env:", "env:1A", "env:A B", "prompt:hunter2", "http://x", `FILE:${secret}`, "file:/a\0b"]) {
      assert.throws(
        () => parseRootReference(text),
        (error) => isFault(error, "settings.invalid") && (text.length < 8 || !inspect(error).includes(text)),
        text,
      );
    }
  });
});

describe("Holdfast's recovery kit", () => {
  test("opens as it is printed, in small letters, with spaces, and without its comments", () => {
    const { keyring, kit } = openTestVault();
    const key = kit.split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-PQ-1")) ?? "";
    const forms = [kit, kit.replaceAll("\n", "\r\n"), key, key.toLowerCase(), ` ${key.match(/.{1,5}/g)?.join(" ")} \n`];
    for (const form of forms) assert.ok(openVaultWithKit({ keyring, kit: form, clock, cores: 1 }));
  });

  test("tells a slip of the pen from a wrong kit", () => {
    const { keyring, kit } = openTestVault();
    const slip = kit.replace(/(.)(.)\n$/, (_all, a: string, b: string) => `${b === a ? "Q" : b}${a}\n`);
    assert.throws(() => openVaultWithKit({ keyring, kit: slip, clock, cores: 1 }), /slip/);
    assert.throws(() => openVaultWithKit({ keyring, kit: openTestVault().kit, clock, cores: 1 }), /does not belong/);
  });

  test("is confirmed by showing it, and only the right one counts", () => {
    const { keys, kit, keyring, root } = openTestVault();
    assert.throws(() => keys.confirmKit(openTestVault().kit), refused);
    assert.throws(() => keys.confirmKit("yes"), refused);
    assert.equal(keys.kitConfirmed, false);
    keys.confirmKit(kit);
    assert.equal(keys.kitConfirmed, true);
    assert.equal(openVault({ keyring, roots: [root], clock, cores: 1 }).keys.kitConfirmed, true);
  });
});

describe("Holdfast's restore of a keyring", () => {
  test("keeps app id, keys and kit under a new root and a new instance id", () => {
    const old = openTestVault();
    const sealed = old.vault.encrypt("kept", PLACE);
    const bytes = old.keyring.load() ?? new Uint8Array(0);
    for (const by of [{ kit: old.kit }, { roots: [old.root] }]) {
      const keyring = memoryKeyring();
      const root = rootInput("THERE");
      const { instanceId } = restoreKeyring({ bytes, by, root, keyring, clock });
      const there = openVault({ keyring, roots: [root], clock, cores: 1 });
      assert.deepEqual(there.vault.appId, old.vault.appId);
      assert.deepEqual(there.vault.instanceId, instanceId);
      assert.notDeepEqual(instanceId, old.vault.instanceId);
      assert.equal(textOf(there.vault.decrypt(sealed, PLACE)), "kept");
      assert.deepEqual(there.keys.pageKey(1), old.keys.pageKey(1));
      assert.throws(() => openVault({ keyring, roots: [old.root], clock, cores: 1 }), refused);
      assert.ok(openVaultWithKit({ keyring, kit: old.kit, clock, cores: 1 }));
    }
  });
});

describe("Holdfast's secrets", () => {
  test("are in no picture of the vault, no text of the keyring and no error", () => {
    const opened = openTestVault();
    const { vault, keys, sealer, certificates } = opened;
    const secrets = openKeyringWithRoots(opened.keyring.load() ?? new Uint8Array(0), [opened.root]).keys.map(({ secret }) =>
      Buffer.from(secret),
    );
    const errors = [
      () => vault.decrypt(vault.encrypt("a", PLACE), { ...PLACE, table: 9 }),
      () => keys.pageKey(9),
      () => keys.confirmKit(opened.root.text),
      () => parseRootReference(opened.root.text),
    ].map((run) => {
      try {
        return run();
      } catch (error) {
        return inspect(error, { depth: 9, showHidden: true });
      }
    });
    const seen = [
      inspect({ vault, keys, sealer, certificates }, { depth: 12, showHidden: true, getters: true, maxArrayLength: null }),
      JSON.stringify({ vault, keys, sealer, certificates }),
      textOf(opened.keyring.load() ?? new Uint8Array(0)),
      ...errors.map(String),
    ].join("\n");
    assert.ok(seen.length > 1_000);
    for (const secret of secrets) {
      for (const part of [secret, secret.subarray(-32)]) {
        const forms = [
          part.toString("hex"),
          part.toString("base64url"),
          part.toString("base64"),
          [...part].slice(0, 6).join(", "),
          inspect(part).slice(8, 30),
        ];
        for (const form of forms) assert.ok(!seen.includes(form), form);
      }
    }
    assert.ok(!seen.includes(opened.root.text.trim()));
    assert.ok(!seen.includes(opened.kit.trim().split("\n").at(-1) ?? "kit"));
  });
});
