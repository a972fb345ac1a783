import type { Clock } from "../../src/kit/index.ts";
import { beginFirstStart, type KeyringStorage, type OpenedVault, openVault, type RootInput, type Vault } from "../../src/vault/index.ts";

/** A keyring that lies in memory. */
export function memoryKeyring(bytes?: Uint8Array): KeyringStorage {
  let held = bytes;
  return {
    load: () => held,
    replace: (next) => {
      held = next;
    },
  };
}

export interface FixedClock extends Clock {
  advance(ms: number): void;
}

export function fixedClock(startMs = 1_780_000_000_000): FixedClock {
  let passedMs = 0;
  return {
    now: () => startMs + passedMs,
    elapsed: () => passedMs,
    advance: (ms) => {
      passedMs += ms;
    },
  };
}

export interface TestVault extends OpenedVault {
  readonly keyring: KeyringStorage;
  readonly root: RootInput;
  readonly kit: string;
}

type TestVaultNeeds = Partial<Pick<Parameters<typeof openVault>[0], "clock" | "cores" | "hashing">>;

/** A real vault with fresh keys over a keyring in memory, with all that opens it again. */
export function openTestVault({ clock = fixedClock(), cores = 2, hashing }: TestVaultNeeds = {}): TestVault {
  const keyring = memoryKeyring();
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: "env:TEST_ROOT", text: first.rootText };
  first.finish(root);
  return { ...openVault({ keyring, roots: [root], clock, cores, hashing }), keyring, root, kit: first.kitText };
}

/** For neighbours: the vault alone. */
export function createTestVault(clock: Clock = fixedClock()): Vault {
  return openTestVault({ clock }).vault;
}
