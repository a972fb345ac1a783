import { createHash, hash } from "node:crypto";
import type { Clock } from "../kit/index.ts";
import { createCheckpoints } from "./checkpoints.ts";
import type { Vault } from "./contract.ts";
import { createFields } from "./fields.ts";
import type { Hashing } from "./hashing.ts";
import { halfSecrets, type OpenKeyring, readingKeys } from "./keyring.ts";
import { commit, createMacs, equalInConstantTime, totp } from "./macs.ts";
import { createPasswords } from "./passwords.ts";
import { newUuidV7, type Randomness } from "./random.ts";
import { createTokens } from "./tokens.ts";

export interface VaultNeeds {
  readonly keyring: OpenKeyring;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly cores: number;
  readonly hashing?: Hashing | undefined;
}

/** The everyday half: what rooms do with keys that they never see. */
export function createVault({ keyring, clock, random, cores, hashing }: VaultNeeds): Vault {
  const tokenKeys = readingKeys(keyring, "token");
  const indexKeys = keyring.keys.filter(({ kind, state }) => kind === "index" && (state === "primary" || state === "live"));
  const [trailKey] = readingKeys(keyring, "trail");
  return {
    appId: keyring.appId,
    instanceId: keyring.instanceId,
    newId: () => newUuidV7(clock, random),
    randomBytes: (count) => random.bytes(count),
    ...createFields({ appId: keyring.appId, random, dataKeys: readingKeys(keyring, "data"), indexKeys }),
    indexKeyIds: indexKeys.map(({ id }) => id),
    sha256: (bytes) => sha256(bytes),
    sha256Hex: (text) => hash("sha256", text, "hex"),
    equal: equalInConstantTime,
    ...createMacs(halfSecrets(tokenKeys, 0)),
    totp,
    commit: (label, value) => commit(random, label, value),
    ...createTokens(halfSecrets(tokenKeys, 32)),
    ...createCheckpoints(trailKey.secret),
    passwords: createPasswords({ random, clock, cores, hashing }),
  };
}

/** SHA-256 for those who hold no vault, like an offline check of the trail. */
export function sha256(bytes: Uint8Array | string): Uint8Array {
  const digest = new Uint8Array(32);
  digest.set(
    typeof bytes === "string" || bytes.length < 65_536 ? hash("sha256", bytes, "buffer") : createHash("sha256").update(bytes).digest(),
  );
  return digest;
}

/** SHA-256 over bytes that come in portions. */
export function createSha256(): { add(bytes: Uint8Array): void; end(): Uint8Array } {
  const running = createHash("sha256");
  return { add: (bytes) => void running.update(bytes), end: () => new Uint8Array(running.digest()) };
}
