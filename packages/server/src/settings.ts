import { resolve } from "node:path";
import { Fault } from "./kit/index.ts";
import { advisorySource, type BackupPlace, backupPlace, credentials, readBackupPlace } from "./setting-places.ts";
import {
  alertMail,
  alertSecret,
  alertWebhook,
  certificateKey,
  domain,
  filled,
  port,
  reference,
  smtpReference,
} from "./setting-problems.ts";

/** What flags and environment say, checked as a whole; every path is absolute. What the plan says is not in here. */
export interface Settings {
  readonly config: string;
  readonly data: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly httpPort: number | undefined;
  /** Of the operators' page, on loopback; 0 takes any free port. */
  readonly operatorPort: number;
  /** PEM files; without them a local authority vouches for local names. */
  readonly certificate: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** The real name that is served. */
  readonly domain: string | undefined;
  /** `file:`, `env:` or `prompt:`; `undefined` for the default place. Never a key itself. */
  readonly rootKey: string | undefined;
  /** `file:` or `env:`: where the address of the mail server lies, with its password. `undefined` where no mail is sent. */
  readonly smtp: string | undefined;
  /** A folder, or object storage, and the reference to its credentials. */
  readonly backups: { readonly target: BackupPlace; readonly keyReference: string | undefined };
  /** Where advisories come from; `undefined` where nobody said. */
  readonly advisories: string | undefined;
  /** How alerts reach the operator. */
  readonly alerts: {
    /** An address, or where it lies; with it always the place of the secret that its messages are signed with. */
    readonly webhook: string | undefined;
    readonly secretReference: string | undefined;
    readonly mail: string | undefined;
  };
}

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly source: "flag" | "environment" | "default";
  /** "--port", "HOLDFAST_PORT", "default". */
  readonly setBy: string;
}

export interface SettingRow {
  readonly name: string;
  readonly flag: string;
  readonly env: string;
  readonly metavar: string;
  readonly summary: string;
  /** Shown by `explain` where nobody said anything. */
  readonly fallback: string;
  /** What is wrong with a value, as the end of a sentence that begins with who set it; `undefined` when nothing is. */
  readonly problem: (value: string) => string | undefined;
}

/** One row a setting: its flag, its variable, and how it is judged. */
export const SETTINGS = {
  config: row("config", "CONFIG", "FILE", "the file that says what data there is", "holdfast.config.ts", filled),
  data: row("data", "DATA", "DIR", "the folder that holds everything that is kept", ".holdfast", filled),
  host: row("host", "HOST", "ADDRESS", "the address to listen on", "127.0.0.1", filled),
  port: row("port", "PORT", "NUMBER", "the port to listen on, 0 for any", "8443", port),
  operatorPort: row(
    "operator-port",
    "OPERATOR_PORT",
    "NUMBER",
    "the port of the operators' page, on loopback alone; without it the one after --port",
    "",
    port,
  ),
  httpPort: row("http-port", "HTTP_PORT", "NUMBER", "a plain port that only sends browsers to HTTPS", "", port),
  cert: row("cert", "CERT", "FILE", "the certificate chain, in PEM", "", filled),
  certKey: { ...row("key", "CERT_KEY", "FILE", "the private key of --cert, in PEM", "", certificateKey) },
  domain: row("domain", "DOMAIN", "NAME", "the real name under which clients reach the server", "", domain),
  backups: row("backups", "BACKUPS", "PLACE", "where backups go: a folder, or s3:https://HOST/BUCKET/PREFIX?region=NAME", "", backupPlace),
  backupsKey: row(
    "backups-key",
    "BACKUPS_KEY",
    "REFERENCE",
    "the credentials of s3:, as ID:SECRET in file:/path or env:NAME",
    "",
    credentials,
  ),
  advisories: row(
    "advisories",
    "ADVISORIES",
    "SOURCE",
    "where advisories come from: file:/path, https://ADDRESS or registry:https://HOST",
    "",
    advisorySource,
  ),
  rootKey: row("root-key", "KEY", "REFERENCE", "where the root key lies: file:/path, env:NAME or prompt:", "", reference),
  alertWebhook: row(
    "alert-webhook",
    "ALERT_WEBHOOK",
    "ADDRESS",
    "where alerts are posted: https://…, or file:/path or env:NAME",
    "",
    alertWebhook,
  ),
  alertSecret: row("alert-secret", "ALERT_SECRET", "REFERENCE", "what alerts are signed with: file:/path or env:NAME", "", alertSecret),
  alertMail: row("alert-mail", "ALERT_MAIL", "ADDRESS", "who gets alerts by mail", "", alertMail),
  smtp: row("smtp", "SMTP", "REFERENCE", "where the address of the mail server lies: file:/path or env:NAME", "", smtpReference),
} as const satisfies Readonly<Record<string, SettingRow>>;

type SettingName = keyof typeof SETTINGS;

export interface SettingsNeeds {
  /** By flag name, without the dashes. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly cwd: string;
}

/** Flags win over the environment, the environment over defaults. Fault `settings.invalid` names all problems at once. */
export function readSettings({ flags, env, cwd }: SettingsNeeds): { readonly settings: Settings; readonly said: readonly Setting[] } {
  const said = names().map((name) => readOne(SETTINGS[name], flags, env));
  const value = (name: SettingName): string => said[names().indexOf(name)]?.value ?? "";
  const optional = (name: SettingName): string | undefined => (value(name) === "" ? undefined : value(name));
  const problems = [...said.flatMap(problemOf), ...pairProblem(value("cert"), value("certKey")), ...alertProblems(value)];
  if (problems.length > 0) throw new Fault("settings.invalid", problems.join("\n"), { detail: { problems } });
  const certFile = optional("cert");
  const keyFile = optional("certKey");
  const httpPort = optional("httpPort");
  const settings: Settings = {
    config: resolve(cwd, value("config")),
    data: resolve(cwd, value("data")),
    host: value("host"),
    port: Number(value("port")),
    operatorPort: Number(optional("operatorPort") ?? portAfter(Number(value("port")))),
    httpPort: httpPort === undefined ? undefined : Number(httpPort),
    certificate: certFile && keyFile ? { certFile: resolve(cwd, certFile), keyFile: resolve(cwd, keyFile) } : undefined,
    domain: optional("domain"),
    rootKey: absoluteReference(optional("rootKey"), cwd),
    smtp: absoluteReference(optional("smtp"), cwd),
    backups: {
      target: readBackupPlace(value("backups"), { cwd, otherwise: dataPaths(resolve(cwd, value("data"))).backups }),
      keyReference: absoluteReference(optional("backupsKey"), cwd),
    },
    advisories: absoluteReference(optional("advisories"), cwd),
    alerts: {
      webhook: absoluteReference(optional("alertWebhook"), cwd),
      secretReference: absoluteReference(optional("alertSecret"), cwd),
      mail: optional("alertMail"),
    },
  };
  return { settings, said };
}

/** The names of everything in a data folder. */
export function dataPaths(data: string): DataPaths {
  const inside = (name: string): string => resolve(data, name);
  return {
    data,
    keyring: inside("keyring"),
    database: (generation) => inside(`data-${generation}.db`),
    checkpoint: inside("checkpoint"),
    lock: inside("lock.db"),
    control: inside("control"),
    controlSocket: resolve(data, "control", "socket"),
    controlPointer: inside("control.json"),
    connect: inside("connect.json"),
    authority: inside("ca.pem"),
    certificates: inside("certificates"),
    restoring: inside("restoring"),
    backups: inside("backups"),
    drill: inside("drill"),
  };
}

export interface DataPaths {
  readonly data: string;
  readonly keyring: string;
  /** Carries the page-key generation that the keyring names. */
  readonly database: (generation: number) => string;
  readonly checkpoint: string;
  readonly lock: string;
  readonly control: string;
  readonly controlSocket: string;
  /** `{ "socket": path }`, where the path in the data folder would be too long for a socket. */
  readonly controlPointer: string;
  readonly connect: string;
  readonly authority: string;
  /** The local authority and its leaf, private keys encrypted. */
  readonly certificates: string;
  /** There while a restore has not come to its end: such a folder is not to be served. */
  readonly restoring: string;
  readonly backups: string;
  /** Where a drill restores to; there while one runs. */
  readonly drill: string;
}

function names(): readonly SettingName[] {
  return [
    "config",
    "data",
    "host",
    "port",
    "operatorPort",
    "httpPort",
    "cert",
    "certKey",
    "domain",
    "backups",
    "backupsKey",
    "advisories",
    "alertWebhook",
    "alertSecret",
    "alertMail",
    "rootKey",
    "smtp",
  ];
}

function row(
  flag: string,
  env: string,
  metavar: string,
  summary: string,
  fallback: string,
  problem: (value: string) => string | undefined,
): SettingRow {
  return { name: flag, flag: `--${flag}`, env: `HOLDFAST_${env}`, metavar, summary, fallback, problem };
}

function readOne(setting: SettingRow, flags: SettingsNeeds["flags"], env: SettingsNeeds["env"]): Setting {
  const flag = flags[setting.name];
  if (flag !== undefined) return { name: setting.name, value: flag, source: "flag", setBy: setting.flag };
  const variable = env[setting.env];
  // An empty variable is how shells and containers unset one.
  if (variable !== undefined && variable !== "") return { name: setting.name, value: variable, source: "environment", setBy: setting.env };
  return { name: setting.name, value: setting.fallback, source: "default", setBy: "default" };
}

function problemOf({ name, value, source, setBy }: Setting): readonly string[] {
  const setting = Object.values<SettingRow>(SETTINGS).find((candidate) => candidate.name === name);
  const problem = source === "default" ? undefined : setting?.problem(value);
  return problem === undefined ? [] : [`${setBy} ${problem}`];
}

function pairProblem(cert: string, key: string): readonly string[] {
  return (cert === "") === (key === "") ? [] : ["--cert and --key belong together: give both, or neither for a local certificate."];
}

/** Any port has any other beside it. */
function portAfter(port: number): number {
  return port === 0 || port === 65_535 ? 0 : port + 1;
}

function alertProblems(value: (name: SettingName) => string): readonly string[] {
  if ((value("alertWebhook") === "") === (value("alertSecret") === "")) return [];
  return ["--alert-webhook and --alert-secret belong together: whoever receives alerts must be able to tell that they are yours."];
}

function absoluteReference(text: string | undefined, cwd: string): string | undefined {
  return text?.startsWith("file:") ? `file:${resolve(cwd, text.slice("file:".length))}` : text;
}
