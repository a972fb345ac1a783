export type { CertificateStorage, Certificates, LocalCertificate } from "./certificates.ts";
export { verifySignature } from "./checkpoints.ts";
export type { Commitment, Mac, MacPurpose, Passwords, Place, Vault } from "./contract.ts";
export { hmacSha256 } from "./derive.ts";
export { createSecretFiles, type FileSystem, fileKeyring, type SecretFiles } from "./file-keyring.ts";
export { bootHashing } from "./hashing.ts";
export type { KeyInfo, KeyringStorage, Keys, RootInfo } from "./keys.ts";
export { commitmentDigest } from "./macs.ts";
export {
  beginFirstStart,
  createRootText,
  type FirstStart,
  namedRoots,
  type OpenedVault,
  openVault,
  openVaultWithKit,
  type RestoreNeeds,
  restoreKeyring,
} from "./open.ts";
export { isPageRotating, type PageShelf, settlePages, switchPage } from "./page-rotation.ts";
export { type RootShelf, rotateRoot, settleRoots } from "./root-rotation.ts";
export { parseRootReference, type RootInput, type RootReference } from "./roots.ts";
export { openStreamWithKit, type Sealer } from "./sealer.ts";
export { signerFor } from "./signer.ts";
export { createSha256, sha256 } from "./vault.ts";
