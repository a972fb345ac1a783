export { verifySignature } from "./checkpoints.ts";
export type { Commitment, Mac, MacPurpose, Passwords, Place, Vault } from "./contract.ts";
export type { KeyInfo, KeyringStorage, Keys, RootInfo } from "./keys.ts";
export { commitmentDigest } from "./macs.ts";
export { beginFirstStart, type FirstStart, type OpenedVault, openVault, openVaultWithKit } from "./open.ts";
export { parseRootReference, type RootInput, type RootReference } from "./roots.ts";
export { sha256 } from "./vault.ts";
