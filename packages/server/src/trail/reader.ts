import { Fault } from "../kit/index.ts";
import type { MigrationReport, Store } from "../store/contract.ts";
import { commitmentDigest, sha256, type Vault, verifySignature } from "../vault/index.ts";
import { createEntries } from "./entry.ts";
import { exportTrail, folderSource, type ReadFolder, type WriteFile } from "./folder.ts";
import type { Incident, IncidentFilter } from "./incident.ts";
import { originName } from "./origins.ts";
import { type ShowFilter, type ShownEntry, showTrail } from "./show.ts";
import { formatVerifierKey, parseVerifierKey } from "./signed-note.ts";
import { storeSource } from "./source.ts";
import { type Verification, type VerifyKeys, verifyTrail } from "./verify.ts";

type OnProgress = (entries: number) => void;

/** Reads the trail of a database, beside the server that writes it or without one. */
export interface TrailReader {
  /** The public key to check this trail with elsewhere, in the form of C2SP signed-note. */
  readonly verifierKey: string;
  /** `witness`: a signed note that was kept elsewhere. */
  verify(options: { readonly witness?: string | undefined; readonly onProgress?: OnProgress }): Promise<Verification>;
  show(filter: ShowFilter): Promise<readonly ShownEntry[]>;
  /** Who did what in some time, and to whom, as far as the trail knows and may still tell. */
  incident(filter: IncidentFilter, onProgress?: OnProgress): Promise<Incident>;
  /** Writes the trail as files that need nobody's secrets to be verified. Returns how many entries. */
  export(write: WriteFile, onProgress?: OnProgress): Promise<number>;
}

const keys: VerifyKeys = { sha256, verify: verifySignature, commitment: commitmentDigest };

export interface TrailReaderNeeds {
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
}

export function createTrailReader({ store, report, vault }: TrailReaderNeeds): TrailReader {
  const entries = createEntries({ vault, report });
  const trusted = { name: originName(vault), publicKey: vault.checkpointPublicKey };
  return {
    verifierKey: formatVerifierKey(sha256, trusted.name, trusted.publicKey),
    async verify({ witness, onProgress }) {
      const source = await storeSource(store, entries);
      return verifyTrail({
        source,
        keys,
        trusted,
        ...(witness === undefined ? {} : { witness }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
    },
    incident: async (filter, onProgress = () => undefined) =>
      (await import("./incident.ts")).findIncident(store, entries, filter, onProgress),
    show: async (filter) => showTrail(store, await storeSource(store, entries), filter),
    export: async (write, onProgress = () => undefined) => exportTrail(await storeSource(store, entries), sha256, write, onProgress),
  };
}

/**
 * Verifies the logs of a database without opening anything that is encrypted: for a restored one, against the note in its manifest.
 * `vault` is the one that signed.
 */
export async function verifyLogs(
  store: Store,
  vault: Pick<Vault, "appId" | "instanceId" | "checkpointPublicKey">,
  witness: string,
): Promise<Verification> {
  const { logs } = await storeSource(store, undefined);
  const trusted = { name: originName(vault), publicKey: vault.checkpointPublicKey };
  return verifyTrail({ source: { logs, openings: undefined }, keys, trusted, witness });
}

/** Verifies an exported folder with nothing but the public key of the trail, as text. */
export async function verifyFolder(
  folder: ReadFolder,
  verifierKey: string,
  onProgress: OnProgress = () => undefined,
): Promise<Verification> {
  const source = await folderSource(folder, keys);
  if (source.logs.length === 0) throw new Fault("trail.refused", "There is no exported trail in this folder: log/0/key is missing.");
  return verifyTrail({ source, keys, trusted: parseVerifierKey(sha256, verifierKey), onProgress });
}
