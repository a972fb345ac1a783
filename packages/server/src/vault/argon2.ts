import { argon2Sync } from "node:crypto";
import { plainBytes } from "./bytes.ts";

export interface Argon2Parameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** argon2id (RFC 9106), version 0x13. Blocks the thread that it runs on. */
export type Argon2 = (password: Uint8Array, salt: Uint8Array, parameters: Argon2Parameters, bytes: number) => Uint8Array;

export const builtInArgon2: Argon2 = (password, salt, { memoryKiB, passes, lanes }, bytes) => {
  const input = { message: password, nonce: salt, parallelism: lanes, tagLength: bytes, memory: memoryKiB, passes };
  return plainBytes(argon2Sync("argon2id", input));
};

const ARGON2ID = 2;
const VERSION_13 = 1;

/** The faster engine, where its native part loads on this machine; else the runtime's own, which gives the same bytes. */
export async function loadArgon2(load: () => Promise<typeof import("@node-rs/argon2")> = () => import("@node-rs/argon2")): Promise<Argon2> {
  const native = await load().catch((_missing: unknown) => undefined);
  if (native === undefined) return builtInArgon2;
  return (password, salt, { memoryKiB, passes, lanes }, bytes) => {
    const options = {
      algorithm: ARGON2ID,
      version: VERSION_13,
      memoryCost: memoryKiB,
      timeCost: passes,
      parallelism: lanes,
      outputLen: bytes,
      salt,
    };
    return plainBytes(native.hashRawSync(password, options));
  };
}
