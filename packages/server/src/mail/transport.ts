import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { MailServer, Message, Send, Sender, Sent } from "./contract.ts";

const CONNECT_MS_MAX = 10_000;
const GREETING_MS_MAX = 10_000;
const DNS_MS_MAX = 10_000;
/** Without a byte from the server. */
const SILENCE_MS_MAX = 20_000;
/** For all of one letter: a server that drips bytes is as slow as one that says nothing. */
const LETTER_MS_MAX = 60_000;
const RESPONSE_BYTES_MAX = 65_536;
const PERMANENT_FROM = 500;

export interface TransportNeeds {
  readonly server: MailServer;
  readonly from: Sender;
  readonly replyTo: string | undefined;
  readonly limits?: { readonly letterMsMax: number };
}

/**
 * One connection a letter, always encrypted and always to a server whose certificate is right for its name: there is no option
 * that says otherwise. Never throws.
 */
export function createTransport({ server, from, replyTo, limits = { letterMsMax: LETTER_MS_MAX } }: TransportNeeds): Send {
  return async (message, signal) => {
    let phase: Phase = "write";
    const connection = new SMTPConnection(optionsOf(server, from));
    const ended = Promise.withResolvers<never>();
    const timer = setTimeout(() => ended.reject(new TooSlow()), limits.letterMsMax);
    connection.on("error", ended.reject);
    const stop = (): void => ended.reject(new TooSlow());
    signal?.addEventListener("abort", stop);
    ended.promise.catch(() => undefined); // looked at through the races below
    const step = (begin: (done: (error?: Error | null) => void) => void): Promise<void> =>
      Promise.race([
        ended.promise,
        new Promise<void>((resolve, reject) => {
          begin((error) => (error == null ? resolve() : reject(error)));
        }),
      ]);
    try {
      const raw = await compose(message, from, replyTo);
      phase = "reach";
      await step((done) => connection.connect(done));
      const { login } = server;
      if (login !== undefined)
        await step((done) => connection.login({ user: login.user, credentials: { user: login.user, pass: login.password } }, done));
      phase = "send";
      await step((done) => connection.send({ from: from.address, to: [message.to] }, raw, done));
      connection.quit();
      return { is: "sent" };
    } catch (error) {
      return signal?.aborted === true ? { is: "stopped", because: "the server stops" } : judge(error, phase);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      connection.close();
    }
  };
}

function optionsOf({ host, port, security, authority }: MailServer, from: Sender): ConstructorParameters<typeof SMTPConnection>[0] {
  return {
    host,
    port,
    secure: security === "tls",
    requireTLS: true,
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(authority === undefined ? {} : { ca: authority }) },
    // The name of this machine is nobody's business.
    name: domainOf(from),
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: GREETING_MS_MAX,
    dnsTimeout: DNS_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    maxResponseSize: RESPONSE_BYTES_MAX,
    logger: false,
  };
}

async function compose({ id, to, subject, text, html, at }: Message, from: Sender, replyTo: string | undefined): Promise<Buffer> {
  const composer = new MailComposer({
    // Copies: the library writes into what it is given, and the plan is frozen.
    from: { ...from },
    to: { name: "", address: to },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    text,
    html,
    date: new Date(at),
    // The same for each try: a letter that arrives twice is seen to be one.
    messageId: `<${id}@${domainOf(from)}>`,
    // RFC 3834: nobody's absence notice is wanted.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function domainOf({ address }: Sender): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

class TooSlow extends Error {
  readonly code = "ETIMEDOUT";
}

/** What the client library calls what went wrong, in our words. */
const BECAUSE: Readonly<Record<string, string>> = {
  EAUTH: "login refused",
  ENOAUTH: "login refused",
  EDNS: "name not found",
  ETIMEDOUT: "too slow",
  ETLS: "no trusted encryption",
  ECONNECTION: "connection lost",
  ESOCKET: "connection refused or not trusted",
  EPROTOCOL: "unexpected answer",
};

/** A letter is written, the server is reached, the letter is sent. */
type Phase = "write" | "reach" | "send";

/** Reaching the server is the server's matter; once it has let us in, what it says is about this letter. */
function judge(error: unknown, phase: Phase): Sent {
  if (phase === "write") return { is: "later", because: "it cannot be put into words" };
  const { code, command, responseCode } = readError(error);
  const answered = responseCode === undefined ? "" : ` (${responseCode})`;
  if (phase === "reach") return { is: "down", because: `${BECAUSE[code] ?? "not reached"}${answered}`, cause: error };
  const isAboutReader = command === "RCPT TO" || command === "DATA" || command === "API";
  const isForGood = responseCode === undefined ? code === "EENVELOPE" : responseCode >= PERMANENT_FROM;
  if (isAboutReader && isForGood) return { is: "refused", because: `refused${answered}` };
  return { is: "later", because: `${command === "MAIL FROM" ? "sender not accepted" : (BECAUSE[code] ?? "not accepted")}${answered}` };
}

function readError(error: unknown): { readonly code: string; readonly command: string; readonly responseCode: number | undefined } {
  if (!(error instanceof Error)) return { code: "", command: "", responseCode: undefined };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const command = "command" in error && typeof error.command === "string" ? error.command : "";
  const responseCode = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : undefined;
  return { code, command, responseCode };
}
