import type { Column, ColumnType, Table } from "../model/schema.ts";

const column = (name: string, type: ColumnType): Column => ({ name, type, nullable: false });
const optional = (name: string, type: ColumnType): Column => ({ name, type, nullable: true });
const accountColumn: Column = { name: "account", type: "blob", nullable: false, references: "identity.accounts" };

function rows(name: string, key: readonly string[], columns: readonly Column[], indexes: Table["indexes"] = []): Table {
  return { name: `identity.${name}`, kind: "rows", key, columns, indexes, changes: false };
}

/** Times are µs UTC, like every date-time in the store. */
const accounts = rows(
  "accounts",
  ["id"],
  [
    column("id", "blob"),
    optional("address", "blob"), // encrypted
    // One column per live index key, by the parity of the key's id: a new key's values fill the other column before the old one goes.
    optional("address_even", "blob"),
    optional("address_odd", "blob"),
    optional("password", "text"), // PHC
    column("roles", "text"),
    optional("house_role", "text"),
    optional("tenant", "blob"),
    optional("user_metadata", "blob"), // encrypted
    optional("app_metadata", "blob"), // encrypted
    optional("confirmed_at", "integer"),
    optional("invited_at", "integer"),
    optional("last_sign_in_at", "integer"),
    optional("banned_until", "integer"),
    optional("deleted_at", "integer"),
    column("factors_verified", "integer"),
    column("failed_passwords", "integer"),
    column("failed_codes", "integer"),
    column("failed_mail_codes", "integer"),
    column("created_at", "integer"),
    column("updated_at", "integer"),
  ],
  [
    { columns: ["address_even"], unique: true },
    { columns: ["address_odd"], unique: true },
    { columns: ["deleted_at", "created_at"], unique: false },
    { columns: ["house_role"], unique: false },
  ],
);

/** No secret: with the token key elsewhere, a row computes nothing. */
const sessions = rows(
  "sessions",
  ["id"],
  [
    column("id", "blob"),
    accountColumn,
    column("salt", "blob"),
    column("n", "integer"),
    column("key_id", "integer"),
    column("previous_key_id", "integer"),
    column("rotated_at", "integer"),
    column("aal", "integer"),
    optional("mfa_at", "integer"),
    column("method", "text"),
    column("proved_at", "integer"),
    column("created_at", "integer"),
    column("seen_at", "integer"),
    column("not_after", "integer"),
    optional("agent", "blob"), // encrypted
  ],
  [
    { columns: ["account", "created_at"], unique: false },
    { columns: ["not_after"], unique: false },
  ],
);

const factors = rows(
  "factors",
  ["id"],
  [
    column("id", "blob"),
    accountColumn,
    column("verified", "integer"),
    column("secret", "blob"), // encrypted
    column("name", "blob"), // encrypted
    column("created_at", "integer"),
    column("updated_at", "integer"),
  ],
  [{ columns: ["account"], unique: false }],
);

/** A step that is here has been used: inserting it again is refused, and with it the batch that would raise a session. */
const usedSteps = rows("used_steps", ["factor", "step"], [{ name: "factor", type: "blob", nullable: false }, column("step", "integer")]);

const challenges = rows(
  "challenges",
  ["id"],
  [
    column("id", "blob"),
    column("factor", "blob"),
    column("session", "blob"),
    column("expires_at", "integer"),
    column("created_at", "integer"),
  ],
  [
    { columns: ["session", "created_at"], unique: false },
    { columns: ["expires_at"], unique: false },
  ],
);

const oneTimeCodes = rows(
  "one_time_codes",
  ["id"],
  [
    column("id", "blob"),
    column("purpose", "text"),
    optional("account", "blob"),
    column("hash", "blob"),
    column("tries", "integer"),
    column("created_at", "integer"),
    column("expires_at", "integer"),
    optional("payload", "blob"), // encrypted: what redeeming it puts in place
  ],
  [
    { columns: ["account", "purpose"], unique: false },
    { columns: ["expires_at"], unique: false },
  ],
);

/** Unused ones alone: a code that is used is gone. */
const recoveryCodes = rows(
  "recovery_codes",
  ["id"],
  [column("id", "blob"), accountColumn, column("hash", "blob"), column("created_at", "integer")],
  [{ columns: ["account"], unique: false }],
);

/** What waits so that the person concerned can stop it. */
const delayed = (name: string): Table =>
  rows(
    name,
    ["account"],
    [accountColumn, column("by", "text"), column("asked_at", "integer"), column("due_at", "integer")],
    [{ columns: ["due_at"], unique: false }],
  );

/** One waiting change of address an account. */
const addressChanges = rows(
  "address_changes",
  ["account"],
  [
    accountColumn,
    column("address", "blob"), // encrypted: the wanted one
    optional("address_even", "blob"),
    optional("address_odd", "blob"),
    column("session", "blob"),
    column("sent_at", "integer"),
    column("expires_at", "integer"),
    optional("current_at", "integer"),
    optional("wanted_at", "integer"),
  ],
  [
    { columns: ["address_even"], unique: false },
    { columns: ["address_odd"], unique: false },
    { columns: ["expires_at"], unique: false },
  ],
);

/** From where an account has signed in, as MACs. */
const devices = rows(
  "devices",
  ["account", "mark"],
  [accountColumn, column("mark", "blob"), column("seen_at", "integer")],
  [{ columns: ["account", "seen_at"], unique: false }],
);

const clientKeys = rows(
  "client_keys",
  ["id"],
  [
    column("id", "blob"),
    column("hash", "blob"),
    column("scopes", "text"),
    column("networks", "text"),
    column("created_at", "integer"),
    column("expires_at", "integer"),
    optional("revoked_at", "integer"),
  ],
);

const settings = rows("settings", ["name"], [column("name", "text"), column("value", "blob")]);

export const tables: readonly Table[] = [
  accounts,
  sessions,
  factors,
  usedSteps,
  challenges,
  recoveryCodes,
  delayed("erasures"),
  delayed("factor_resets"),
  oneTimeCodes,
  clientKeys,
  settings,
  addressChanges,
  devices,
];
