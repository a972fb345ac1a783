import { argon2 } from "node:crypto";
import { plainBytes } from "./bytes.ts";

export interface Argon2Parameters {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** argon2id (RFC 9106), version 0x13. */
export type Argon2Engine = (password: Uint8Array, salt: Uint8Array, parameters: Argon2Parameters, bytes: number) => Promise<Uint8Array>;

export const builtInArgon2: Argon2Engine = (password, salt, { memoryKiB, passes, lanes }, bytes) =>
  new Promise((resolve, reject) => {
    const input = { message: password, nonce: salt, parallelism: lanes, tagLength: bytes, memory: memoryKiB, passes };
    argon2("argon2id", input, (error, tag) => (error === null ? resolve(plainBytes(tag)) : reject(error)));
  });

const ARGON2ID = 2;
const VERSION_13 = 1;

/** The faster engine, where its native part loads on this machine; else the runtime's own, which gives the same bytes. */
export async function loadArgon2(
  load: () => Promise<typeof import("@node-rs/argon2")> = () => import("@node-rs/argon2"),
): Promise<Argon2Engine> {
  const native = await load().catch((_missing: unknown) => undefined);
  if (native === undefined) return builtInArgon2;
  return async (password, salt, { memoryKiB, passes, lanes }, bytes) => {
    const options = {
      algorithm: ARGON2ID,
      version: VERSION_13,
      memoryCost: memoryKiB,
      timeCost: passes,
      parallelism: lanes,
      outputLen: bytes,
      salt,
    };
    return plainBytes(await native.hashRaw(password, options));
  };
}
