/** One room: whom it may enter, and with what powers. A row is the whole of what a room may do; what is not here is not allowed. */
export interface Room {
  /** Rooms that it may enter through their index.ts, contract.ts or actor.ts. */
  readonly rooms: readonly string[];
  /** Rooms of which it may know the types only. */
  readonly types: readonly string[];
  /** Without "node:". */
  readonly modules: readonly string[];
  /** Modules of which it may take only these names. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly packages: readonly string[];
  readonly globals: readonly string[];
}

/** Everybody may enter these, and know the types of the model. */
export const FLOOR = ["kit"] as const;
/** May be named anywhere: they hold no power. */
export const PLAIN_MODULES = ["assert", "buffer", "events", "stream", "stream/consumers", "util", "string_decoder"] as const;

const ACTOR_TYPE = ["identity"];
const EVERY_ROOM = [
  "access",
  "audit",
  "backup",
  "data",
  "edge",
  "firewall",
  "identity",
  "mail",
  "model",
  "store",
  "trail",
  "vault",
  "watch",
];
/** The files beside the rooms: app.ts, main.ts and what they are made of. */
export const TOP_FILES = "*.ts";
/** What they are made of besides: one file for each job that takes several rooms and the process. */
export const TOP_FOLDER = "wiring";
/** These know all rooms; they alone read the environment and the disk on the way to them. */
const TOP: Room = {
  rooms: [...EVERY_ROOM, "cli", TOP_FILES],
  types: [],
  modules: [
    "child_process",
    "fs",
    "fs/promises",
    // url(): whether a debugger listens, for the audit.
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "process",
    "readline",
    "readline/promises",
    "timers/promises",
    "tty",
    "url",
  ],
  // Reads the folder of rules that a config names.
  packages: ["@holdfast/waf"],
  globals: ["process", "fetch", "globalThis"],
};

/** design.md §2, row by row. A change here says why. */
export const ROOMS: Readonly<Record<string, Room>> = {
  kit: { rooms: [], types: [], modules: [], packages: [], globals: [] },
  // The plan's networks and patterns are checked with all else that the config says, so that all problems are told at once.
  model: { rooms: [], types: [], modules: [], packages: ["ipaddr.js", "re2js"], globals: [] },
  vault: {
    rooms: [],
    types: [],
    // worker_threads: passwords are hashed in threads that give way to all others.
    modules: ["crypto", "worker_threads"],
    // readlinkSync: the system's number of such a thread.
    names: { fs: ["readlinkSync"], module: ["getCompileCacheDir"], os: ["constants", "platform", "setPriority"] },
    packages: ["@node-rs/argon2"],
    globals: ["crypto"],
  },
  // @holdfast/waf: the engine of rules over requests.
  firewall: { rooms: [], types: [], modules: [], packages: ["@holdfast/waf", "ipaddr.js"], globals: [] },
  store: {
    rooms: ["model"],
    types: [],
    modules: ["child_process", "fs", "fs/promises", "path", "url", "worker_threads"],
    // Where compiled code is kept: its threads read it there, too.
    names: { module: ["getCompileCacheDir"] },
    packages: ["better-sqlite3-multiple-ciphers", "re2js"],
    globals: [],
  },
  access: { rooms: ["model"], types: ACTOR_TYPE, modules: [], packages: ["re2js"], globals: [] },
  trail: { rooms: ["vault", "store"], types: [], modules: [], packages: [], globals: [] },
  identity: {
    rooms: ["model", "vault", "store", "trail"],
    types: [],
    // domainToASCII, for the domains of account addresses.
    modules: ["url"],
    // ipaddr.js: secret keys may be bound to networks.
    packages: ["@zxcvbn-ts/core", "@zxcvbn-ts/language-common", "ipaddr.js", "qr"],
    globals: [],
  },
  // Writes down what is to be sent in the commit that causes it, and speaks to the mail server through one package that has its own sockets.
  mail: { rooms: ["model", "vault", "store", "trail"], types: [], modules: [], packages: ["nodemailer"], globals: [] },
  data: { rooms: ["model", "access", "vault", "store", "trail"], types: ACTOR_TYPE, modules: [], packages: [], globals: [] },
  // model: the filter that passes every row, for counting what was restored.
  backup: { rooms: ["model", "vault", "store", "trail"], types: [], modules: ["fs", "fs/promises", "path"], packages: [], globals: [] },
  watch: { rooms: ["trail", "store"], types: [], modules: [], packages: [], globals: [] },
  audit: { rooms: ["model", "access", "vault", "store", "trail"], types: [], modules: [], packages: [], globals: [] },
  edge: {
    rooms: ["firewall", "identity", "data", "trail", "watch", "audit", "backup"],
    types: EVERY_ROOM,
    modules: ["http", "http2", "https", "net", "tls"],
    names: { crypto: ["constants"], "timers/promises": ["setTimeout", "setInterval"] },
    packages: [],
    globals: [],
  },
  cli: TOP,
  [TOP_FILES]: TOP,
  // The words of a config, alone among the files beside the rooms: values of the model, and no room is opened.
  "index.ts": { rooms: ["model"], types: [], modules: [], packages: [], globals: [] },
};

/** Through which a room may be entered. The model's five files of types with their few constants are its contract. */
export const DOORS: readonly string[] = ["index.ts", "contract.ts"];
export const DOORS_OF: Readonly<Record<string, readonly string[]>> = {
  // Rooms that are loaded after listening: their tables are merged before, and load nothing else of them.
  // Advisories need no other part of the audit, and are asked for by themselves.
  // A report is shown by a command that opens nothing.
  audit: ["tables.ts", "advisories/index.ts", "advisories/tables.ts", "report/index.ts"],
  // What goes to the ledger is written in the commit that it tells of, long before a backup is made.
  backup: ["tables.ts", "ledger-entries.ts"],
  watch: ["tables.ts"],
  // Putting a letter into the store is part of a request and loads no mail client.
  mail: ["tables.ts", "outbox.ts"],
  // What the writer's thread gets, without the rest of the floor.
  kit: ["threads.ts"],
  // Starts the writer's thread before anything else of the store is loaded.
  store: ["sqlite/boot-writer.ts"],
  // The commands' thin half is index.ts; what they ask of an open app stands apart, so that a command does not load every room.
  // So do those that only a running room can answer.
  cli: ["operations.ts", "audit-operations.ts", "watch-operations.ts"],
  // Rules over requests: a whole engine, loaded after listening.
  firewall: ["inspection.ts"],
  // Each dialect is mounted by itself. What knocks at the own listener is loaded for an audit only.
  edge: ["auth/index.ts", "operator/index.ts", "rest/index.ts", "probing/index.ts"],
  // Counts for the audit, which no request needs.
  identity: ["actor.ts", "census.ts"],
  model: ["filter.ts", "plan.ts", "rule.ts", "schema.ts", "value.ts"],
  // What a certificate says of itself, for the audit: no request needs it.
  vault: ["certificate-look.ts"],
};

/** What a room's row forbids and one of its files needs. */
export const FILE_POWERS: Readonly<Record<string, { readonly globals?: readonly string[]; readonly runTimeImports?: true }>> = {
  // Time comes from here and from nowhere else.
  "kit/clock.ts": { globals: ["Date.now", "performance"] },
  // A config is the user's own file; its place is known at run time only.
  "load-config.ts": { runTimeImports: true },
};

/** Time, randomness, network and the process come in as arguments: whoever wants these says so in a row above. */
export const GUARDED_GLOBALS: Readonly<Record<string, RegExp>> = {
  crypto: /(?<![.\w$"'])crypto\b(?!\s*\??:)/,
  process: /(?<![.\w$"'])process\b(?!\s*\??:)/,
  fetch: /(?<![.\w$"'])fetch\b(?!\s*\??:)/,
  globalThis: /(?<![.\w$])(?:globalThis|global)\b(?!\s*\??:)/,
  performance: /(?<![.\w$])performance\b(?!\s*\??:)/,
  require: /(?<![.\w$])(?:require|createRequire)\b(?!\s*\??:)/,
  WebSocket: /\bnew\s+(?:WebSocket|EventSource)\b/,
  "Date.now": /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\w(\s]))|(?<!\bnew\s+)(?<![.\w$])Date\s*\(/,
  "Math.random": /\bMath\s*(?:\.\s*random\b|\[)/,
};

/** Statements, not prose: the words of SQL in capitals anywhere, or a whole statement's beginning in any case. */
export const SQL: readonly RegExp[] = [
  /\bSELECT\b.*\bFROM\b|\bINSERT( OR [A-Z]+)? INTO\b|\bDELETE FROM\b|\bUPDATE \S+ SET\b|\bPRAGMA \w|\bVACUUM INTO\b/s,
  /\b(CREATE|DROP|ALTER) (UNIQUE |VIRTUAL |TEMP )?(TABLE|INDEX|VIEW|TRIGGER)\b|\bBEGIN (EXCLUSIVE|IMMEDIATE)\b|\b(ORDER|GROUP) BY\b/,
  /^\s*(select\s[^;]*\sfrom\s+\S+\s*($|;|\s(where|join|order|limit|group)\s)|insert\s+into\s|delete\s+from\s+\S+\s+where\s|update\s+\S+\s+set\s|pragma\s+\w+|create\s+table\s)/is,
];
