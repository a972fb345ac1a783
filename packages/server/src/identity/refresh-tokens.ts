import { concatBytes, ID_BYTES, type Id, readUint32 } from "../kit/index.ts";
import type { Mac, Vault } from "../vault/contract.ts";

const COUNTER_BYTES = 4;
const TOKEN_TEXT = /^[A-Za-z0-9_-]{70}$/;

/** The part of a session's row that its refresh tokens are derived from. */
export interface Derivation {
  readonly id: Id;
  readonly salt: Uint8Array;
  readonly n: number;
}

export interface PresentedToken {
  readonly session: Id;
  readonly n: number;
  readonly mac: Uint8Array;
}

/** session id ‖ n ‖ HMAC(token key, label ‖ key id ‖ session id ‖ n ‖ salt). Nothing of it is stored. */
export function writeRefreshToken(
  vault: Pick<Vault, "mac">,
  { id, salt, n }: Derivation,
): { readonly token: string; readonly keyId: number } {
  const { keyId, mac } = vault.mac("refresh-token", [id, counter(n), salt]);
  return { token: Buffer.from(concatBytes([id, counter(n), mac])).toString("base64url"), keyId };
}

export function readRefreshToken(text: string): PresentedToken | undefined {
  if (!TOKEN_TEXT.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  const n = readUint32(bytes, ID_BYTES);
  // One spelling a token: the spare bits of the last letter are zero.
  if (n === undefined || Buffer.from(bytes).toString("base64url") !== text) return undefined;
  return { session: bytes.slice(0, ID_BYTES), n, mac: bytes.slice(ID_BYTES + COUNTER_BYTES) };
}

/** Whether we made this token for this session, with any of the keys that it may have been made with. */
export function isOurs(vault: Pick<Vault, "checkMac">, presented: PresentedToken, salt: Uint8Array, keyIds: readonly number[]): boolean {
  const parts = [presented.session, counter(presented.n), salt];
  return keyIds.some((keyId) => vault.checkMac("refresh-token", { keyId, mac: presented.mac } satisfies Mac, parts));
}

function counter(n: number): Uint8Array {
  const bytes = new Uint8Array(COUNTER_BYTES);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}
