/**
 * The floor: a bare Fastify + better-sqlite3 server over TLS, with an owner check and nothing else. No rules, no log, no limits,
 * no encryption at rest. Prints `ready PORT`.
 *   node bench/peer.ts FOLDER KEY CERT h1|h2
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
// @ts-expect-error: the peer has no types of its own, and nothing else here needs them.
import Database from "better-sqlite3";
import Fastify, { type FastifyInstance } from "fastify";

const [folder = "", keyFile = "", certFile = "", version = "h1"] = process.argv.slice(2);
const USERS = 100;
const NOTES = 10_000;

const database = new Database(join(folder, "peer.db"));
database.pragma("journal_mode = WAL");
database.pragma("synchronous = FULL");
database.exec(`
  CREATE TABLE notes (id TEXT PRIMARY KEY, title TEXT, body TEXT, rank INTEGER, owner TEXT, created_at INTEGER, updated_at INTEGER) STRICT;
  CREATE INDEX notes_owner ON notes (owner, rank);
  CREATE TABLE sessions (token TEXT PRIMARY KEY, owner TEXT) STRICT;`);

const insertNote = database.prepare("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)");
const ids: string[][] = [];
database.transaction(() => {
  for (let user = 0; user < USERS; user++) {
    database.prepare("INSERT INTO sessions VALUES (?, ?)").run(`token-${user}`, `user-${user}`);
    ids.push([]);
  }
  for (let note = 0; note < NOTES; note++) {
    const id = crypto.randomUUID();
    const user = note % USERS;
    ids[user]?.push(id);
    insertNote.run(id, `Title ${note}`, "A body of some length. ".repeat(8), note, `user-${user}`, Date.now(), Date.now());
  }
})();

const session = database.prepare("SELECT owner FROM sessions WHERE token = ?").pluck();
const one = database.prepare("SELECT * FROM notes WHERE id = ? AND owner = ?");
const list = database.prepare("SELECT * FROM notes WHERE owner = ? AND rank >= ? ORDER BY rank DESC LIMIT 20");

const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
const app = (version === "h2"
  ? Fastify({ http2: true, https: { ...tls, allowHTTP1: false } })
  : Fastify({ https: tls })) as unknown as FastifyInstance;

const ownerOf = (header: string | undefined): string => String(session.get(header?.slice("Bearer ".length) ?? "") ?? "");

app.get<{ Params: { id: string } }>("/notes/:id", (request, reply) => {
  const row = one.get(request.params.id, ownerOf(request.headers.authorization));
  return row === undefined ? reply.code(404).send({ message: "not found" }) : reply.send(row);
});
app.get<{ Querystring: { rank: string } }>("/notes", (request, reply) =>
  reply.send(list.all(ownerOf(request.headers.authorization), Number(request.query.rank))),
);
app.post<{ Body: { title: string; body: string; rank: number } }>("/notes", (request, reply) => {
  const { title, body, rank } = request.body;
  insertNote.run(crypto.randomUUID(), title, body, rank, ownerOf(request.headers.authorization), Date.now(), Date.now());
  return reply.code(201).send();
});
app.get("/ids", (_request, reply) => reply.send(ids));

await app.listen({ port: 0, host: "127.0.0.1" });
const address = app.server.address();
console.log(`ready ${typeof address === "object" ? address?.port : ""}`);
