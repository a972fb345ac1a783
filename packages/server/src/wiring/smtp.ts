import { existsSync, readFileSync, statSync } from "node:fs";
import { Fault } from "../kit/index.ts";
import type { MailServer } from "../mail/contract.ts";

const OTHERS_MAY_READ = 0o077;
const SHAPE = "smtps://user:password@mail.example.com:465, or smtp://… for a server that begins in clear and must offer STARTTLS";

/** How the two schemes are encrypted; without encryption there is none. */
const SCHEMES: Readonly<Record<string, Pick<MailServer, "port" | "security">>> = {
  "smtps:": { port: 465, security: "tls" },
  "smtp:": { port: 587, security: "starttls" },
};

/** The mail server behind a reference (`file:` or `env:`). Its address holds a password: no sentence here repeats any of it. */
export function readMailServer(reference: string, env: Readonly<Record<string, string | undefined>>): MailServer {
  const text = readReference(reference, env).trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = url && SCHEMES[url.protocol];
  const isPlain = url !== undefined && url.search === "" && url.hash === "" && ["", "/"].includes(url.pathname);
  if (url === undefined || scheme === undefined || !isPlain || url.hostname === "" || (url.username === "") !== (url.password === ""))
    throw new Fault("settings.invalid", `What lies behind ${reference} must be the address of a mail server: ${SHAPE}.`);
  const login = url.username === "" ? undefined : { user: decode(url.username, reference), password: decode(url.password, reference) };
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return { host, port: url.port === "" ? scheme.port : Number(url.port), security: scheme.security, login };
}

function readReference(reference: string, env: Readonly<Record<string, string | undefined>>): string {
  const [, kind, place = ""] = /^(file|env):(.+)$/s.exec(reference) ?? [];
  if (kind === "env") {
    const text = env[place];
    if (text === undefined || text === "")
      throw new Fault("settings.invalid", `The variable ${place}, which names the mail server, is not set.`);
    return text;
  }
  if (!existsSync(place)) throw new Fault("settings.invalid", `There is no file ${place}, which should name the mail server.`);
  if ((statSync(place).mode & OTHERS_MAY_READ) !== 0)
    throw new Fault(
      "settings.invalid",
      `Others may read ${place}, which holds the password of the mail server. Make it yours alone: chmod 600 ${place}`,
    );
  return readFileSync(place, "utf8");
}

function decode(part: string, reference: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new Fault("settings.invalid", `The user or the password behind ${reference} is not percent-encoded as addresses need it.`, {
      cause,
    });
  }
}
