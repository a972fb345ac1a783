import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { App } from "../app.ts";
import { Fault, formatId } from "../kit/index.ts";
import { createRootText, createSecretFiles, rotateRoot } from "../vault/index.ts";
import { configHome } from "../wiring/data-folder.ts";
import { createShelf } from "../wiring/root-key.ts";
import { fieldsOf, numberField, optionalText, textField, textListField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations } from "./contract.ts";

/** How app.ts begins the sentence about a page key that could not be replaced. */
const PAGE_FAILURE = "The page key could not be replaced";

export function keyOperations(app: App): Operations {
  return { ...clientKeyOperations(app), ...rootOperations(app), ...pageOperations(app), ...kitOperations(app) };
}

function clientKeyOperations({ identity }: App): Operations {
  return {
    "keys.create": async (args) => {
      const fields = fieldsOf(args);
      const made = await identity.keys.create({
        scopes: textListField(fields, "scopes"),
        networks: textListField(fields, "networks"),
        lifetimeMs: numberField(fields, "lifetimeMs"),
      });
      const expiresAt = iso(made.expiresAt);
      const lines = [
        `key      ${made.id}`,
        `secret   ${made.secretKey}`,
        `expires  ${expiresAt}`,
        "The secret is shown this once. Keep it on servers only, never in an app or a page.",
      ];
      return reply({ id: made.id, secretKey: made.secretKey, expiresAt }, lines);
    },
    "keys.list": async () => {
      const keys = (await identity.keys.list()).map(({ id, scopes, networks, createdAt, expiresAt, revokedAt }) => ({
        id,
        scopes,
        networks,
        createdAt: iso(createdAt),
        expiresAt: iso(expiresAt),
        revokedAt: revokedAt === null ? null : iso(revokedAt),
      }));
      const lines = keys.map(
        (key) =>
          `${key.id}  ${key.scopes.join(",")}  ${key.networks.join(",") || "everywhere"}  ${key.revokedAt === null ? `until ${key.expiresAt}` : `revoked ${key.revokedAt}`}`,
      );
      return reply({ keys }, lines.length === 0 ? ["There is no secret key."] : lines);
    },
    "keys.revoke": async (args) => {
      const id = textField(fieldsOf(args), "id");
      if (!(await identity.keys.revoke(id)))
        throw new Fault("data.missing", `There is no key ${id}. \`holdfast keys list\` shows those that there are.`);
      return reply({ id, revoked: true }, [`The key ${id} is revoked, from the next request on.`]);
    },
    "operator.code": async () => {
      const { code, expiresAt } = await identity.operators.code("anywhere");
      return reply({ code, expiresAt: iso(expiresAt) }, [
        `set-up code  ${code}`,
        `valid until  ${iso(expiresAt)}, for one use`,
        "Use it once, with the publishable key as apikey: POST /auth/v1/operator { code, email, password }.",
        "Codes that were made before are void.",
      ]);
    },
  };
}

/** The root's text comes with the request where it does not lie in a file that the server can write itself. */
function rootOperations({ keys, vault, trail, clock }: App): Operations {
  return {
    "root.rotate": (args) => {
      const fields = fieldsOf(args);
      const reference = optionalText(fields, "reference") ?? besides(keys.roots[0]?.reference, `${formatId(vault.newId())}.root`);
      const text = optionalText(fields, "text") ?? createRootText();
      rotateRoot({ keys, shelf: createShelf(), next: { reference, text } });
      trail.note({ kind: "keyring.rotated", at: clock.now(), what: "root" });
      return Promise.resolve(
        reply({ reference, roots: keys.roots.length }, [
          `The root key is new, and lies at ${reference}. The old one opens nothing any more.`,
        ]),
      );
    },
  };
}

/** The database is encrypted anew where nobody writes to it: at the next start, before it is opened. */
function pageOperations({ keys, news }: App): Operations {
  return {
    "page.rotate": () => {
      const generation = keys.addPageKey();
      return Promise.resolve(reply({ generation }, [`Page key ${generation} waits for the next start.`]));
    },
    "page.state": () => {
      const isWaiting = keys.list.some(({ kind, state }) => kind === "page" && state === "pending");
      const since = keys.list.find(({ id }) => id === keys.pageGeneration)?.createdAt ?? 0;
      const data = { generation: keys.pageGeneration, createdAt: iso(since), waiting: isWaiting };
      if (!isWaiting)
        return Promise.resolve(
          reply(data, [
            `The database file is encrypted under page key ${data.generation}, made at ${data.createdAt}; older files and keys are gone.`,
          ]),
        );
      const failure = news.find((line) => line.startsWith(PAGE_FAILURE));
      if (failure !== undefined) return Promise.resolve(reply(data, [failure], 1));
      return Promise.resolve(
        reply(data, ["A new page key waits. Restart the server: it encrypts the database file anew before it opens it."]),
      );
    },
  };
}

function kitOperations({ keys, vault }: App): Operations {
  const kitFile = (): string => {
    const reference = keys.roots[0]?.reference ?? "";
    const folder = reference.startsWith("file:") ? dirname(reference.slice("file:".length)) : configHome(process.env);
    return join(folder, `${formatId(vault.appId)}.recovery-kit`);
  };
  return {
    "kit.confirm": (args) => {
      keys.confirmKit(textField(fieldsOf(args), "kit"));
      const left = fs.existsSync(kitFile());
      const advice = left
        ? [`Now delete ${kitFile()}: the kit must not lie on this machine. \`holdfast recovery-kit show-once --yes\` does it too.`]
        : [];
      return Promise.resolve(reply({ confirmed: true, file: left ? kitFile() : null }, ["The recovery kit is confirmed.", ...advice]));
    },
    "kit.show": () => {
      const path = kitFile();
      if (!fs.existsSync(path))
        throw new Fault(
          "data.missing",
          `There is no recovery kit at ${path} any more: it is shown once. Confirm the one you kept with \`holdfast recovery-kit confirm\`.`,
        );
      const text = fs.readFileSync(path, "utf8");
      return Promise.resolve(
        reply({ kit: text }, [...text.trimEnd().split("\n"), "", "# Keep it away from this machine. Then: holdfast recovery-kit confirm"]),
      );
    },
    // Asked for by whoever holds the text that `kit.show` gave.
    "kit.drop": () => {
      createSecretFiles(fs).remove(kitFile());
      return Promise.resolve(reply({}, []));
    },
  };
}

/** Beside the old root, under a name that was never used. */
function besides(old: string | undefined, name: string): string {
  if (old?.startsWith("file:")) return `file:${join(dirname(old.slice("file:".length)), name)}`;
  throw new Fault("settings.invalid", "The root key does not lie in a file: say where the new one goes with --to REFERENCE.");
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
