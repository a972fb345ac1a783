import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { App } from "../app.ts";
import { createTrailReader, type ShownEntry, type Verification } from "../trail/index.ts";
import { fieldsOf, numberField, optionalNumber, textField, textListField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations, Reply } from "./contract.ts";
import { counted } from "./output.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

export function trailOperations({ store, report, vault, trail, clock, folder }: App): Operations {
  const reader = createTrailReader({ store, report, vault });
  return {
    "trail.verify": async (_args, progress) => {
      await trail.settle();
      const onProgress = (done: number): void => progress({ what: "verify", done, total: null, unit: "entries" });
      const witness = folder.lastCheckpoint();
      return verificationReply(await reader.verify({ witness, onProgress }), reader.verifierKey);
    },
    "trail.show": async (args) => {
      const fields = fieldsOf(args);
      const personal = fields["personal"] === true ? "opened" : "closed";
      const entries = await reader.show({
        kinds: textListField(fields, "kinds"),
        from: optionalNumber(fields, "from"),
        to: optionalNumber(fields, "to"),
        last: numberField(fields, "last"),
        personal,
      });
      // Who looks at what the trail keeps closed leaves an entry in it.
      if (personal === "opened") trail.note({ kind: "trail.read", at: clock.now(), entries: entries.length });
      return reply({ entries: entries.map(entryJson) }, entries.length === 0 ? ["No entry passes."] : entries.map(entryLine));
    },
    "trail.export": async (args, progress) => {
      const path = textField(fieldsOf(args), "path");
      await trail.settle();
      await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
      const count = await reader.export(writer(path), (done) => progress({ what: "export", done, total: null, unit: "entries" }));
      const lines = [
        `${path} holds the trail: ${counted(count, "entry", "entries")}. Verify it anywhere, with nothing but this key:`,
        `  holdfast trail verify ${path} --public-key "${reader.verifierKey}"`,
      ];
      return reply({ path, entries: count, publicKey: reader.verifierKey }, lines);
    },
  };
}

export function verificationReply({ ok, findings, logs, openings }: Verification, publicKey: string): Reply {
  const data = {
    ok,
    publicKey,
    findings,
    logs: logs.map(({ name, entries, checkpoints, root, unsigned }) => ({
      name,
      entries,
      checkpoints,
      root: Buffer.from(root).toString("base64"),
      unsigned,
    })),
    openings,
  };
  const lines = [
    ...logs.map(
      ({ name, entries, checkpoints, unsigned }) =>
        `${name}: ${counted(entries, "entry", "entries")}, ${counted(checkpoints, "checkpoint", "checkpoints")}${unsigned === 0 ? "" : `, the last ${unsigned} entries are not signed by them`}.`,
    ),
    ...(openings.matched + openings.erased === 0
      ? []
      : [`${openings.matched} personal values fit their commitments; ${openings.erased} are erased.`]),
    `public key  ${publicKey}`,
    ...findings,
    ok
      ? "The trail is whole: nothing was altered, removed, reordered or put in."
      : "THE TRAIL IS NOT WHOLE. Keep this folder as it is, and compare with your backups.",
  ];
  return reply(data, lines, ok ? 0 : 1);
}

function entryJson({ position, n, at, kind, slots }: ShownEntry): object {
  return { position, n, at, kind, ...slots };
}

function entryLine({ at, kind, slots }: ShownEntry): string {
  const words = Object.entries(slots).map(([name, slot]) => {
    if (typeof slot !== "object") return `${name}=${quoted(String(slot))}`;
    return `${name}=(${slot.opening ?? "closed"})`;
  });
  return [at, kind, ...words].join("  ");
}

/** What events carry may come from outside: control characters must not reach a terminal. */
function quoted(text: string): string {
  return /^[\w.:@/+=,-]+$/.test(text) ? text : JSON.stringify(text);
}

/** Whole files, in the folder's own tree, for the owner alone; an export never overwrites. */
function writer(root: string): (path: string, bytes: Uint8Array | string) => Promise<void> {
  return async (path, bytes) => {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true, mode: OWNER_ONLY_FOLDER });
    const file = await open(target, "wx", OWNER_ONLY);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  };
}
