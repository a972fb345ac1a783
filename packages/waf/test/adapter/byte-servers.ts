import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { KNOWN_NAMES } from "../../src/engine/index.ts";
import { createFirewall, expressFirewall, fastifyFirewall, honoFirewall, type Protection, protect, reportBroken } from "../../src/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

const BODY_BYTES_MAX = 40_000_000;
const RULES = 'SecRule ARGS|REQUEST_URI "@contains attack" "id:1,phase:2,deny"\n';

/** A firewall with one rule, and what a test wants besides. */
export function protectionOf(extra = ""): Protection {
  return { waf: createFirewall({ rules: loadRules({ sources: [{ name: "rules.conf", text: RULES + extra }], known: KNOWN_NAMES }) }) };
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Reads as the slowest of applications: piece by piece, with a pause in between. */
export async function slowly(request: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
    if (chunks.length < 20) await new Promise((resolve) => setImmediate(resolve));
  }
  return Buffer.concat(chunks);
}

type Make = (protection: Protection) => Promise<Server>;

/** Each answers with the hash of what it got, read by the means of its kind. */
const SERVERS: readonly (readonly [name: string, make: Make])[] = [
  ["node:http that reads slowly", async (protection) => createServer(protect(protection, async (request, response) => response.end(hashOf(await slowly(request)))))],
  ["node:http that waits before it reads", async (protection) => createServer(protect(protection, (request, response) => void wait(20).then(async () => response.end(hashOf(await buffer(request))))))],
  ["Express with its parser of bodies", async (protection) => {
    const app = express();
    app.use(expressFirewall(protection));
    app.use(express.raw({ type: () => true, limit: BODY_BYTES_MAX }));
    app.post("/", (request, response) => void response.send(hashOf(request.body instanceof Uint8Array ? request.body : Buffer.alloc(0))));
    return createServer(app);
  }],
  ["Express in a mounted router that reads a stream", async (protection) => {
    const app = express();
    app.use("/", expressFirewall(protection));
    app.post("/", async (request, response) => void response.send(hashOf(await slowly(request))));
    return createServer(app);
  }],
  ["Fastify with a parser of whole bodies", async (protection) => {
    const { default: Fastify } = await import("fastify");
    const app = Fastify({ bodyLimit: BODY_BYTES_MAX });
    await app.register(fastifyFirewall(protection));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    app.post("/", async (request) => hashOf(request.body instanceof Uint8Array ? request.body : Buffer.alloc(0)));
    await app.ready();
    return app.server;
  }],
  ["Fastify with a parser of streams", async (protection) => {
    const { default: Fastify } = await import("fastify");
    const app = Fastify({ bodyLimit: BODY_BYTES_MAX });
    await app.register(fastifyFirewall(protection));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request: unknown, payload: IncomingMessage, done: (error: null, body: unknown) => void) => done(null, payload));
    app.post("/", async (request) => hashOf(await slowly(request.raw)));
    await app.ready();
    return app.server;
  }],
  ["Hono on node:http", async (protection) => {
    const app = new Hono();
    app.use(honoFirewall(protection));
    app.post("/", async (context) => context.text(hashOf(new Uint8Array(await context.req.arrayBuffer()))));
    const server = createAdaptorServer(app);
    assert.ok(server instanceof createServer().constructor);
    return server as Server;
  }],
]; // biome-ignore format: a table

export const SERVER_NAMES: readonly string[] = SERVERS.map(([name]) => name);

/** A server of that name, with a listener for what Node's parser refuses. */
export async function byteServer(name: string, extra: string): Promise<Server> {
  const protection = protectionOf(extra);
  const make = SERVERS.find(([which]) => which === name)?.[1];
  assert.ok(make !== undefined, name);
  const server = await make(protection);
  return server.removeAllListeners("clientError").on("clientError", reportBroken(protection));
}
