import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "./app.ts";
import type { Operation, Operations } from "./cli/contract.ts";
import { createAuth } from "./edge/auth/index.ts";
import {
  type Certificate,
  createControl,
  createDrills,
  createEdge,
  type Dialect,
  type Drills,
  type Edge,
  healthDialect,
  type Listen,
  type PageFile,
  pagesDialect,
} from "./edge/index.ts";
import { createRest } from "./edge/rest/index.ts";
import { createFirewall, HASH_KEY_BYTES } from "./firewall/index.ts";
import type { Visit } from "./identity/index.ts";
import { Fault, utf8 } from "./kit/index.ts";
import type { Log } from "./log.ts";
import { createRequestRules, type RequestRules } from "./wiring/request-rules.ts";

export interface ServeNeeds {
  readonly app: App;
  /** Loaded at the first use of the control socket. */
  readonly operations: () => Promise<Operations>;
  readonly log: Log;
  readonly switches: { readonly nodeOptions: string | undefined; readonly execArgv: readonly string[] };
}

export interface Serving extends AsyncDisposable {
  readonly edge: Edge;
  /** What signs callers in, for a listener beside. */
  readonly auth: Dialect;
  /** The firewall's rules over requests, loaded by whoever asks first. */
  readonly requestRules: RequestRules;
  /** Another listener of the same house: other addresses behind the same firewall, callers and certificate. */
  readonly openBeside: (listen: Listen, dialects: readonly Dialect[]) => Promise<Edge>;
  /** How the house's own probes are told from everybody else's calls. */
  readonly drills: Drills;
  /** What the control socket does. */
  readonly operations: () => Promise<Operations>;
  /** Adds to it; the operations of cli/ cannot be replaced. */
  readonly offer: (more: Operations) => void;
  /** More will be offered until this is settled: who asks for an operation that is not there yet waits for it. */
  readonly offering: (until: Promise<unknown>) => void;
}

const LOCAL_NAMES = ["localhost", "127.0.0.1", "::1"];
// sun_path holds 104 bytes on macOS and 108 on Linux, the last of them NUL.
const SOCKET_PATH_BYTES_MAX = 103;
const OWNER_ONLY_FOLDER = 0o700;
const PAGE_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/** Puts the app behind its listener and its control socket. Closing it finishes what runs. */
export async function serve({ app, operations, log, switches }: ServeNeeds): Promise<Serving> {
  const { settings, plan, vault, clock, store, identity, trail, folder } = app;
  await using opening = new AsyncDisposableStack();
  const drills = createDrills(vault.newId());
  const requestRules = createRequestRules({ ...app, isOwn: drills.isOwn });
  // What somebody else wrote is read before anybody is let in: a mistake in it is told at once.
  if (plan.firewall.rules !== undefined || plan.firewall.exclusions.length > 0) await requestRules.inspection();
  const firewall = createFirewall({
    clock,
    plan: admitting(plan, drills),
    hashKey: vault.randomBytes(HASH_KEY_BYTES),
    badTokens: app.tallies.badTokens,
  });
  const exportOwn = async (visit: Visit) => (await import("./wiring/subject-export.ts")).exportOwn(app, visit);
  const auth = createAuth({ identity, firewall, plan, clock, log, tokenKeys: vault.tokenKeys, report: trail.note, exportOwn });
  const dialects = [
    healthDialect,
    createRest({ data: app.data, plan }),
    auth,
    ...(plan.pages.length === 0 ? [] : [pagesDialect(readPages(app, plan.pages))]),
  ];
  const openBeside: Serving["openBeside"] = async (listen, mounted) =>
    createEdge({
      dialects: mounted,
      // Snapshots and nothing in them: each room sees its own tables of the moment that the edge opens.
      store: store.only([]),
      firewall,
      inspection: requestRules.inspection,
      whoIs: identity.whoIs,
      clock,
      plan,
      listen,
      names: settings.domain === undefined ? LOCAL_NAMES.slice(0, 1) : [settings.domain],
      certificate: certificateOf(app),
      newId: vault.newId,
      report: trail.note,
      log,
      switches,
      drills,
    });
  const edge = opening.use(await openBeside(settings, dialects));
  const offered: Record<string, Operation> = {};
  let complete: Promise<unknown> = Promise.resolve();
  const commands = async (): Promise<Operations> => ({ ...offered, ...(await operations()) });
  opening.use(await createControl({ path: prepareControlFolder(app), commands, complete: () => complete, log }));
  folder.announce(
    folder.paths.connect,
    `${JSON.stringify({ url: edge.url, publishableKey: identity.publishableKey, caFile: folder.paths.authority }, null, 2)}\n`,
  );
  opening.defer(() => rmSync(folder.paths.connect, { force: true }));
  const open = opening.move();
  return {
    edge,
    auth,
    requestRules,
    openBeside,
    operations: commands,
    drills,
    offering: (until) => {
      complete = until.catch(() => undefined);
    },
    offer: (more) => {
      Object.assign(offered, more);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Lists of networks are for others: the house may always look at its own listener. */
function admitting({ limits, networks }: App["plan"], { network }: Drills): Pick<App["plan"], "limits" | "networks"> {
  const { allow, deny, trustedProxies } = networks;
  if (allow.length === 0 && deny.length === 0) return { limits, networks };
  const everybody = allow.length === 0 ? ["0.0.0.0/0", "::/0"] : allow;
  return { limits, networks: { allow: [...everybody, network], deny, trustedProxies } };
}

/** The operator's own certificate, or one of the local authority. */
export function certificateOf({ settings, certificates, folder }: App): Certificate {
  if (settings.certificate !== undefined) {
    const { certFile, keyFile } = settings.certificate;
    return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  }
  const names = settings.domain === undefined ? LOCAL_NAMES : [settings.domain, ...LOCAL_NAMES];
  const local = certificates.local(names, folder.certificates);
  folder.write(folder.paths.authority, local.authority);
  return { cert: local.certificateChain, key: local.privateKey };
}

/** Pages and what they need to make a client; read once: what is not in the table is not served. */
export function readPages({ identity: { publishableKey } }: App, pages: App["plan"]["pages"]): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  files.set("/connect.json", { type: typeOf("/connect.json"), bytes: utf8(JSON.stringify({ publishableKey })) });
  for (const { path, file } of pages) files.set(path, { type: typeOf(fileURLToPath(file)), bytes: readFileSync(fileURLToPath(file)) });
  return files;
}

function typeOf(file: string): string {
  const type = PAGE_TYPES[extname(file)];
  if (type === undefined)
    throw new Fault("plan.invalid", `pages: the type of ${file} is not known. Known are ${Object.keys(PAGE_TYPES).join(" ")}.`);
  return type;
}

/** A folder for the control socket that this user alone can enter; elsewhere, with a pointer, where the path would be too long. */
function prepareControlFolder({ folder: { paths, write } }: App): string {
  if (Buffer.byteLength(paths.controlSocket) <= SOCKET_PATH_BYTES_MAX) {
    mkdirSync(paths.control, { recursive: true, mode: OWNER_ONLY_FOLDER });
    chmodSync(paths.control, OWNER_ONLY_FOLDER);
    rmSync(paths.controlSocket, { force: true });
    rmSync(paths.controlPointer, { force: true });
    return paths.controlSocket;
  }
  const socket = join(mkdtempSync(join(tmpdir(), "holdfast-")), "socket");
  write(paths.controlPointer, JSON.stringify({ socket }));
  return socket;
}
