import { KEY_LIFETIME_MS } from "../identity/index.ts";
import { parseDuration } from "../kit/index.ts";
import { type Command, UsageError } from "./command.ts";
import { readRootText, readSecret } from "./secrets.ts";

export const keysCreateCommand: Command = {
  name: "keys create",
  summary: "Make a secret key for a server of yours. It is shown once.",
  positionals: [],
  options: {
    scope: {
      type: "string",
      multiple: true,
      metavar: "SCOPE",
      summary: "what it may do, like patients:read or accounts:write; repeat it for more",
    },
    expires: { type: "string", metavar: "DURATION", summary: "how long it lives, like 30d; at most 365d (default: 90d)" },
    network: {
      type: "string",
      multiple: true,
      metavar: "CIDR",
      summary: "where it may be used from; repeat it for more (default: everywhere)",
    },
  },
  run(call) {
    const scopes = call.texts("scope");
    if (scopes.length === 0) throw new UsageError("A key needs something that it may do: give --scope, like --scope accounts:write.");
    const expires = call.text("expires");
    const lifetimeMs = expires === undefined ? KEY_LIFETIME_MS : parseDuration(expires);
    if (lifetimeMs === undefined) throw new UsageError(`--expires takes a duration like 12h or 30d; it was "${expires}".`);
    return call.operate("keys.create", { scopes, networks: call.texts("network"), lifetimeMs });
  },
};

export const keysListCommand: Command = {
  name: "keys list",
  summary: "List the secret keys, without their secrets.",
  positionals: [],
  options: {},
  run: (call) => call.operate("keys.list", {}),
};

export const keysRevokeCommand: Command = {
  name: "keys revoke",
  summary: "Revoke a secret key. It acts on the next request.",
  positionals: [{ name: "ID", required: true, summary: "the key's id, from `holdfast keys list`" }],
  options: {},
  run: (call) => call.operate("keys.revoke", { id: call.positional("ID") ?? "" }),
};

export const rotateRootCommand: Command = {
  name: "keys rotate-root",
  summary: "Replace the root key; the old one opens nothing afterwards.",
  positionals: [],
  options: {
    to: {
      type: "string",
      metavar: "REFERENCE",
      summary: "where the new one goes: file:/path, env:NAME or prompt: (default: a new file beside the old)",
    },
  },
  async run(call) {
    const reference = call.text("to");
    const root = reference === undefined ? undefined : await readRootText(call, reference);
    return call.operate("root.rotate", {
      ...(reference === undefined ? {} : { reference }),
      ...(root === undefined ? {} : { text: root.text }),
    });
  },
};

export const rotatePageCommand: Command = {
  name: "keys rotate-page",
  summary: "Encrypt the whole database file anew, under a new page key.",
  positionals: [],
  options: {},
  async run(call) {
    await call.operate("page.rotate", {});
    // Where no server runs, opening the folder once more is the start at which the new key takes effect.
    return call.operate("page.state", {});
  },
};

export const operatorAddCommand: Command = {
  name: "operator add",
  summary: "Make a set-up code with which a person becomes an operator.",
  positionals: [],
  options: {},
  run: (call) => call.operate("operator.code", {}),
};

export const kitShowCommand: Command = {
  name: "recovery-kit show-once",
  summary: "Print the recovery kit and delete its file from this machine.",
  positionals: [],
  options: { yes: { type: "boolean", metavar: "", summary: "yes, delete the file" } },
  async run(call) {
    if (!call.isSet("yes"))
      throw new UsageError("This prints the kit and deletes its only copy on this machine. Say --yes when you are ready to keep it.");
    const shown = await call.operate("kit.show", {});
    await call.operate("kit.drop", {});
    return shown;
  },
};

export const kitConfirmCommand: Command = {
  name: "recovery-kit confirm",
  summary: "Show that the recovery kit was kept, so that nobody asks for it again.",
  positionals: [],
  options: { kit: { type: "string", metavar: "FILE", summary: "the kit as you kept it, or - for standard input" } },
  run: async (call) => call.operate("kit.confirm", { kit: await readSecret(call, "kit", "Recovery kit") }),
};
