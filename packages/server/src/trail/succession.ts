import { Fault } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";
import { sha256, type Vault } from "../vault/index.ts";
import { tileStep } from "./growth.ts";
import { encodeLeaf } from "./leaf.ts";
import { type LoadedHead, readVersions } from "./load.ts";
import { createTree, hashLeaf, readEdge } from "./merkle.ts";
import { beginOrigin, newestEntry, type Origin, originName, readEntries, readOrigins, tileReader } from "./origins.ts";
import { ENTRIES, ORIGINS } from "./tables.ts";

export interface Succession {
  readonly steps: readonly Step[];
  readonly old: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
}

/**
 * The steps that end the newest log and begin one of this vault's instance, whose first entry names the old one to its last
 * entry. Nothing is signed under the old name: the instance that owned it may live on elsewhere and sign other things.
 */
export async function succeedLog(
  store: Store,
  vault: Pick<Vault, "appId" | "instanceId" | "checkpointPublicKey" | "randomBytes">,
  at: number,
): Promise<Succession> {
  const { old, state, end } = await store.view(async (view) => {
    const origin = (await readOrigins(view)).at(-1);
    if (origin === undefined) throw new Fault("trail.refused", "This database has no trail to go on from.");
    const edge = await readEdge(tileReader(view, origin.number), origin.size);
    if (edge === undefined) throw new Fault("trail.refused", `The trail has lost tiles of its ${origin.size} entries.`);
    return {
      old: origin,
      state: { edge, versions: await readVersions(view, origin) },
      end: (await newestEntry(view))?.position ?? origin.after,
    };
  });
  const name = originName(vault);
  if (name === old.name) throw new Fault("trail.refused", "A restored trail needs an instance of its own.");
  const closed = await closeLog(store, old, state.edge, state.versions, end);
  const head = { origin: old.name, size: closed.size, root: closed.root };
  const leaf = encodeLeaf({
    id: vault.randomBytes(16),
    kind: "restore.done",
    at,
    slots: [
      { kind: "none" },
      { kind: "none" },
      { kind: "none" },
      { kind: "text", text: head.origin },
      { kind: "number", number: head.size },
      { kind: "text", text: Buffer.from(head.root).toString("base64") },
    ],
  });
  return {
    old: head,
    steps: [
      ...closed.steps,
      beginOrigin(old.number + 1, name, vault.checkpointPublicKey, end),
      { do: "append", table: ENTRIES, row: { leaf } },
    ],
  };
}

/** Brings the entries that no tile holds yet into the tree, so that the log can be checked to its end. */
async function closeLog(
  store: Store,
  old: Origin,
  edge: LoadedHead["edge"],
  stored: LoadedHead["tileVersions"],
  end: number,
): Promise<{ steps: readonly Step[]; size: number; root: Uint8Array }> {
  const tree = createTree(sha256, old.size, edge);
  const versions = new Map(stored);
  let place = { position: old.position, n: old.n };
  const from = old.size === 0 ? old.position : old.position - 1;
  for await (const { position, n, leaf } of readEntries(store, from, end)) {
    if (old.size > 0 && (position < old.position || (position === old.position && n <= old.n))) continue;
    tree.append(hashLeaf(sha256, leaf));
    place = { position, n };
  }
  const tiles = tree.takeTiles().map((tile) => tileStep(old.number, tile, versions));
  const update: Step = { do: "update", table: ORIGINS, key: [old.number], version: old.version, set: { size: tree.size, ...place } };
  return { steps: [...tiles, update], size: tree.size, root: tree.root() };
}
