import { X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { certificate } from "../edge/fixture.ts";
import { naiveTwin } from "../edge/naive-twin.ts";
import { DOMAIN, PATHS, type Target } from "./target.ts";

const LARGE_BYTES = 33_554_432;
/** The workers of a small server: who holds them all has switched it off. */
const CONNECTIONS_MAX = 40;
const ROWS = 5;

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: string;
  readonly database: DatabaseSync;
}

/**
 * The deliberately weak server: Holdfast's addresses with a mistake behind each. Loopback, a free port, data in memory. It is here
 * so that every scan is seen to find something before it is believed to find nothing. Never take a line of it elsewhere.
 */
export async function startWeakClinic(): Promise<Target> {
  await using opening = new AsyncDisposableStack();
  const { cert, key } = certificate();
  const database = opening.adopt(openDatabase(), (opened) => opened.close());
  const naive = opening.use(await naiveTwin());
  const server = createServer(
    {
      cert,
      key,
      minVersion: "TLSv1",
      ciphers: "ALL:eNULL:@SECLEVEL=0",
      ecdhCurve: "ffdhe2048:P-521:P-256:X25519",
      insecureHTTPParser: true,
      headersTimeout: 0,
      requestTimeout: 0,
      keepAliveTimeout: 0,
    },
    (request, response) => void answer(request, response, database),
  );
  server.maxConnections = CONNECTIONS_MAX;
  // A scanner that goes away in the middle is no news.
  server.on("clientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opening.defer(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const open = opening.move();
  return {
    // The address of a listener on a port is an object.
    port: (server.address() as AddressInfo).port,
    rawPort: naive.port,
    authority: cert,
    domain: DOMAIN,
    publishableKey: "weak",
    token: unsignedToken("doctor"),
    endedToken: unsignedToken("left"),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function openDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT, status TEXT, created_at TEXT)");
  const insert = database.prepare("INSERT INTO patients (name, status, created_at) VALUES (?, ?, ?)");
  for (let index = 0; index < ROWS; index++) insert.run(`Patient ${index}`, "active", "2026-01-01");
  return database;
}

const HANDLERS: Readonly<Record<string, (asked: Asked) => void>> = {
  [`GET ${PATHS.page}`]: ({ response, url }) =>
    html(response, `${url.searchParams.get("q") ?? ""}<form action="/"><input name="q"></form>`),
  [`GET ${PATHS.large}`]: ({ response }) => {
    response.setHeader("content-security-policy", "default-src * 'unsafe-inline'");
    response.end("x".repeat(LARGE_BYTES));
  },
  [`GET ${PATHS.rows}`]: ({ response, url, database }) => {
    const { select = "*", order = "id" } = Object.fromEntries(url.searchParams);
    json(response, database.prepare(`SELECT ${select} FROM patients WHERE status = '${filterOf(url, "status")}' ORDER BY ${order}`).all());
  },
  [`PATCH ${PATHS.rows}`]: ({ response, url, body, database }) => {
    const { name }: { readonly name?: unknown } = JSON.parse(body);
    // Says which rows would change, and changes none: the next question of a scan has to find what the one before found.
    const others = `SELECT * FROM patients WHERE status = ? AND name <> '${String(name)}'`;
    json(response, database.prepare(others).all(filterOf(url, "status")));
  },
  // Whatever the token says is believed; nobody looks at the signature, the algorithm or the time.
  [`GET ${PATHS.account}`]: ({ request, response }) => {
    const [, payload = ""] = (request.headers.authorization ?? "").split(".");
    json(response, JSON.parse(Buffer.from(payload, "base64url").toString()));
  },
  [`GET ${PATHS.keys}`]: ({ response }) =>
    json(response, { keys: [new X509Certificate(certificate().cert).publicKey.export({ format: "jwk" })] }),
};

async function answer(request: IncomingMessage, response: ServerResponse, database: DatabaseSync): Promise<void> {
  const url = new URL(request.url ?? "/", "https://localhost");
  const { origin = "*" } = request.headers;
  response.setHeader("x-powered-by", "Afternoon/1.0");
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-allow-credentials", "true");
  response.setHeader("set-cookie", "session=1");
  try {
    const body = await text(request);
    const handler = HANDLERS[`${request.method} ${url.pathname}`];
    if (handler) handler({ request, response, url, body, database });
    else html(response, `There is no ${decodeURIComponent(request.url ?? "")}`);
  } catch (error) {
    // Shows its inside, and what it was asked, as markup.
    response.statusCode = 500;
    html(response, `${error instanceof Error ? error.stack : ""} while asked for ${decodeURIComponent(url.search)}`);
  }
}

function filterOf(url: URL, name: string): string {
  return (url.searchParams.get(name) ?? "").replace(/^eq\./, "");
}

function html(response: ServerResponse, markup: string): void {
  response.setHeader("content-type", "text/html");
  response.end(`<html><body>${markup}</body></html>`);
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

function unsignedToken(sub: string): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub, role: "authenticated", exp: 4_000_000_000 })}.c2lnbmVk`;
}
