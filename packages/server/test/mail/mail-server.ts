import { once } from "node:events";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";
import type { MailServer } from "../../src/mail/index.ts";
import { makeCertificate } from "../edge/make-certificate.ts";

export const LOGIN = { user: "clinic", password: "mail server's own words" };

/** What the server says; undefined for yes. */
type Refusal = { readonly responseCode: number; readonly message: string } | undefined;

/** A real SMTP server with TLS and AUTH, and what it is told to do. */
export interface TestMailServer extends AsyncDisposable {
  readonly settings: MailServer;
  /** Raw messages, with the envelope that they came in. */
  readonly received: { readonly from: string; readonly to: readonly string[]; readonly raw: string }[];
  /** What happened, in order: connected, login, from, to, message. */
  readonly log: string[];
  onRecipient: (address: string) => Refusal;
  onSender: () => Refusal;
  onMessage: () => Refusal;
}

interface Wishes {
  readonly security?: MailServer["security"];
  /** Names in its certificate. */
  readonly names?: readonly string[];
  /** It offers no STARTTLS, as after an attack that strips it. */
  readonly strips?: boolean;
}

export async function startMailServer({ security = "tls", names = ["localhost"], strips = false }: Wishes = {}): Promise<TestMailServer> {
  const certificate = makeCertificate(names);
  const log: string[] = [];
  const received: TestMailServer["received"] = [];
  const script: Pick<TestMailServer, "onRecipient" | "onSender" | "onMessage"> = {
    onRecipient: () => undefined,
    onSender: () => undefined,
    onMessage: () => undefined,
  };
  const errorOf = (refusal: Refusal): Error | null => (refusal === undefined ? null : Object.assign(new Error(refusal.message), refusal));
  const server = new SMTPServer({
    ...certificate,
    secure: security === "tls",
    hideSTARTTLS: strips,
    disabledCommands: strips ? ["STARTTLS"] : [],
    authMethods: ["PLAIN", "LOGIN"],
    authOptional: false,
    disableReverseLookup: true,
    logger: false,
    onConnect(_session, done) {
      log.push("connected");
      done();
    },
    onAuth({ username, password }, _session, done) {
      const isRight = username === LOGIN.user && password === LOGIN.password;
      log.push(isRight ? "login" : "wrong login");
      if (isRight) done(null, { user: username });
      else done(Object.assign(new Error("no"), { responseCode: 535 }));
    },
    onMailFrom({ address }, _session, done) {
      log.push(`from ${address}`);
      done(errorOf(script.onSender()));
    },
    onRcptTo({ address }, _session, done) {
      log.push(`to ${address}`);
      done(errorOf(script.onRecipient(address)));
    },
    onData(stream, { envelope }, done) {
      void text(stream).then((raw) => {
        const refusal = script.onMessage();
        log.push(refusal === undefined ? "message" : "message refused");
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        if (refusal === undefined) received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
        done(errorOf(refusal));
      });
    },
  });
  server.on("error", () => undefined); // a client that hangs up is one of the things that are tried
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const bound = server.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const settings = { host: "localhost", port, security, login: LOGIN, authority: certificate.cert };
  return Object.assign(script, {
    settings,
    received,
    log,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
    },
  });
}

export interface ReadMessage {
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  readonly html: string;
}

/** A message as its reader sees it: headers decoded, both parts. */
export function readMessage(raw: string): ReadMessage {
  const top = split(raw);
  const boundary = /boundary="?([^";]+)"?/.exec(top.headers.get("content-type") ?? "")?.[1] ?? "";
  const parts = top.body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r?\n/, "")));
  const part = (type: string): string => {
    const found = parts.find(({ headers }) => headers.get("content-type")?.startsWith(type));
    return found === undefined ? "" : decode(found.headers.get("content-transfer-encoding") ?? "", found.body);
  };
  return { headers: top.headers, text: part("text/plain"), html: part("text/html") };
}

function split(text: string): { readonly headers: Map<string, string>; readonly body: string } {
  const end = /\r?\n\r?\n/.exec(text);
  const head = text.slice(0, end?.index ?? text.length).replaceAll(/\r?\n[ \t]+/g, " ");
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const at = line.indexOf(":");
    if (at > 0) headers.set(line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim()));
  }
  return { headers, body: end === null ? "" : text.slice(end.index + end[0].length) };
}

/** RFC 2047. */
function words(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, coded: string) =>
      kind.toLowerCase() === "b" ? Buffer.from(coded, "base64").toString() : quoted(coded.replaceAll("_", " ")),
    );
}

function decode(encoding: string, body: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  return encoding === "quoted-printable" ? quoted(body.replaceAll(/=\r?\n/g, "")) : body;
}

function quoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
