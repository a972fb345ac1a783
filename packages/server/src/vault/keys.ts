import { type Clock, equalBytes, Fault } from "../kit/index.ts";
import { plainBytes } from "./bytes.ts";
import { kitSeed, type OpenKeyring, openKeyringWithRoots, readingKeys, sealKeyring, withNewKey } from "./keyring.ts";
import type { KeyKind, KeyState } from "./keyring-document.ts";
import { equalInConstantTime } from "./macs.ts";
import type { Randomness } from "./random.ts";
import { newRoot, type Root, type RootInput } from "./roots.ts";
import { xwingPrivateKey } from "./xwing.ts";

/** Where the keyring lies: app.ts hands it in. `replace` returns only when the new bytes will survive a power cut. */
export interface KeyringStorage {
  load(): Uint8Array | undefined;
  replace(bytes: Uint8Array): void;
}

export interface KeyInfo {
  readonly id: number;
  readonly kind: KeyKind;
  readonly state: KeyState;
  readonly createdAt: number;
}

export interface RootInfo {
  readonly id: string;
  readonly kind: "key" | "passphrase";
  readonly reference: string;
  /** Its wraps are gone; what lies behind the reference waits to be deleted. */
  readonly leaving: boolean;
}

/** The keyring of the running server. Every change is written at once, and only then takes effect. */
export interface Keys {
  /** Grows with each change: remember it elsewhere to tell an old keyring that was put back. */
  readonly sequence: number;
  readonly list: readonly KeyInfo[];
  readonly roots: readonly RootInfo[];
  readonly kitConfirmed: boolean;
  /** The generation that new database files carry. */
  readonly pageGeneration: number;
  /** 32 raw bytes. Fault `vault.refused` for a generation whose key is gone. */
  pageKey(generation: number): Uint8Array;
  /** A key for the next generation of the database file, not in use yet. The one that waits already, where there is one. */
  addPageKey(): number;
  /** New files carry this generation from now on; its key must wait. The old one still reads. */
  switchPage(generation: number): void;
  /** Destroys the key of a generation that is no longer the newest: whatever was encrypted with it is lost. */
  retirePageKey(generation: number): void;
  /** The owner shows that the kit was kept. Fault `vault.refused` for another kit. */
  confirmKit(kit: string): void;
  /** Wraps everything for one more root. */
  addRoot(input: RootInput): void;
  /** After the recovery kit has opened the keyring: a new root, and the roots that were not at hand are dropped, in one write. */
  replaceLostRoots(input: RootInput): void;
  /** Reads the keyring from its storage with this root alone, and returns the root's id: Fault `vault.refused` unless it gives the very same keys. */
  verifyRoot(input: RootInput): string;
  /** Drops the wraps of a root; it stays named as `leaving` until {@link Keys.forgetRoot}. The last one cannot be dropped. */
  dropRoot(id: string): void;
  forgetRoot(id: string): void;
}

interface KeysNeeds {
  readonly opened: OpenKeyring;
  readonly keyring: KeyringStorage;
  readonly clock: Clock;
  readonly random: Randomness;
}

export interface OwnedKeys {
  readonly keys: Keys;
  /** The roots that are at hand now. */
  readonly heldRoots: () => readonly Root[];
}

export function createKeys({ opened, keyring: storage, clock, random }: KeysNeeds): OwnedKeys {
  let current = opened;

  /** Written first: if the storage fails, the server goes on with what it had. */
  function become(next: OpenKeyring): void {
    storage.replace(sealKeyring(next, random));
    current = { ...next, sequence: next.sequence + 1 };
  }

  function pageKey(generation: number): Uint8Array {
    const key = current.keys.find(({ id, kind, state }) => id === generation && kind === "page" && state !== "retired");
    if (key === undefined) throw new Fault("vault.refused", `The keyring has no key for page generation ${generation}.`);
    return plainBytes(key.secret);
  }

  function confirmKit(kit: string): void {
    if (!equalBytes(xwingPrivateKey(kitSeed(kit)).publicKey, current.kit.publicKey)) {
      throw new Fault("vault.refused", "This recovery kit belongs to another app.");
    }
    become({ ...current, kit: { ...current.kit, confirmed: true } });
  }

  function addRoot(input: RootInput): void {
    const root = newRoot(input, random);
    if (current.rootEntries.some(({ id }) => id === root.entry.id))
      throw new Fault("vault.refused", "The keyring names this root already.");
    become({ ...current, rootEntries: [...current.rootEntries, root.entry], roots: [...current.roots, root] });
  }

  function replaceLostRoots(input: RootInput): void {
    const root = newRoot(input, random);
    const isAtHand = (id: string): boolean => current.roots.some(({ entry }) => entry.id === id);
    const rest = current.rootEntries.map((entry) => (isAtHand(entry.id) ? entry : { ...entry, leaving: true }));
    become({ ...current, rootEntries: [...rest, root.entry], roots: [...current.roots, root] });
  }

  function verifyRoot(input: RootInput): string {
    const written = openKeyringWithRoots(storage.load() ?? new Uint8Array(0), [input]);
    const hasSameKeys = written.keys.every(
      ({ id, secret }, at) => id === current.keys[at]?.id && equalInConstantTime(secret, current.keys[at].secret),
    );
    const [root] = written.roots;
    if (written.sequence !== current.sequence || written.keys.length !== current.keys.length || !hasSameKeys || root === undefined) {
      throw new Fault("vault.refused", "The keyring on disk is not the one that is in use.");
    }
    return root.entry.id;
  }

  function dropRoot(id: string): void {
    const rootEntries = current.rootEntries.map((entry) => (entry.id === id ? { ...entry, leaving: true } : entry));
    if (rootEntries.every(({ leaving }) => leaving)) throw new Fault("vault.refused", "The last root of a keyring cannot be dropped.");
    if (!current.rootEntries.some((entry) => entry.id === id)) throw new Fault("vault.refused", "The keyring names no such root.");
    become({ ...current, rootEntries, roots: current.roots.filter(({ entry }) => entry.id !== id) });
  }

  function forgetRoot(id: string): void {
    if (current.rootEntries.some((entry) => entry.id === id && !entry.leaving))
      throw new Fault("vault.refused", "Drop a root before it is forgotten.");
    become({ ...current, rootEntries: current.rootEntries.filter((entry) => entry.id !== id) });
  }

  const keys: Keys = {
    get sequence() {
      return current.sequence;
    },
    get list() {
      return current.keys.map(({ id, kind, state, createdAt }) => ({ id, kind, state, createdAt }));
    },
    get roots() {
      return current.rootEntries.map(({ id, kind, reference, leaving }) => ({ id, kind, reference, leaving }));
    },
    get kitConfirmed() {
      return current.kit.confirmed;
    },
    get pageGeneration() {
      return readingKeys(current, "page")[0].id;
    },
    pageKey,
    ...createPageKeys({ current: () => current, become, clock, random }),
    confirmKit,
    addRoot,
    replaceLostRoots,
    verifyRoot,
    dropRoot,
    forgetRoot,
  };
  return { keys, heldRoots: () => current.roots };
}

interface Changing extends Pick<KeysNeeds, "clock" | "random"> {
  readonly current: () => OpenKeyring;
  readonly become: (next: OpenKeyring) => void;
}

function createPageKeys({ current, become, clock, random }: Changing): Pick<Keys, "addPageKey" | "switchPage" | "retirePageKey"> {
  const waiting = (): number | undefined => current().keys.find(({ kind, state }) => kind === "page" && state === "pending")?.id;
  return {
    addPageKey() {
      if (waiting() === undefined) become(withNewKey(current(), "page", "pending", { clock, random }));
      return waiting() ?? 0;
    },
    switchPage(generation) {
      if (waiting() !== generation) throw new Fault("vault.refused", `No key waits for page generation ${generation}.`);
      const old = readingKeys(current(), "page")[0].id;
      become(withStates(current(), { [old]: "live", [generation]: "primary" }));
    },
    retirePageKey(generation) {
      const key = current().keys.find(({ id, kind }) => id === generation && kind === "page");
      if (key === undefined || key.state === "primary") throw new Fault("vault.refused", `Page generation ${generation} is in use.`);
      if (key.state !== "retired") become(withStates(current(), { [generation]: "retired" }));
    },
  };
}

function withStates(keyring: OpenKeyring, states: Readonly<Record<number, KeyState>>): OpenKeyring {
  const keys = keyring.keys.map((key) => {
    const state = states[key.id] ?? key.state;
    return state === "retired" ? { ...key, state, secret: new Uint8Array(0) } : { ...key, state };
  });
  return { ...keyring, keys };
}
