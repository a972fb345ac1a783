import { readFileSync, statSync } from "node:fs";
import { Fault, faultFrom, isFault } from "../kit/index.ts";
import { isSafeUrl } from "../setting-problems.ts";
import { SETTINGS, type Settings } from "../settings.ts";
import { signerFor } from "../vault/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type AlertSetting = "alertWebhook" | "alertSecret";

/** Where alerts are posted, and what signs them. */
export interface AlertPlaces {
  readonly url: string;
  readonly sign: ReturnType<typeof signerFor>;
}

const OTHERS_MAY_READ = 0o077;

/** What lies behind the references of the settings; `undefined` without a webhook. Fault `settings.invalid` names all problems at once, and no secret. */
export function readAlertPlaces({ webhook, secretReference }: Settings["alerts"], env: Environment): AlertPlaces | undefined {
  if (webhook === undefined || secretReference === undefined) return undefined;
  const problems: string[] = [];
  const take = <T>(setting: AlertSetting, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      const said = isFault(error, "settings.invalid") ? error.message : faultFrom(error).message;
      problems.push(`${SETTINGS[setting].flag} (${SETTINGS[setting].env}): ${said}`);
      return undefined;
    }
  };
  const url = take("alertWebhook", () => urlBehind(webhook, env));
  const sign = take("alertSecret", () => signerFor(readReference(secretReference, env)));
  if (url === undefined || sign === undefined) throw new Fault("settings.invalid", problems.join("\n"), { detail: { problems } });
  return { url, sign };
}

function urlBehind(webhook: string, env: Environment): string {
  const url = isSafeUrl(webhook) ? webhook : readReference(webhook, env);
  if (isSafeUrl(url)) return url;
  throw new Fault("settings.invalid", `what lies behind ${webhook} must be https://ADDRESS, without a name or password in it.`);
}

function readReference(reference: string, env: Environment): string {
  const [, kind, place = ""] = /^(file|env):(.+)$/s.exec(reference) ?? [];
  const text = (kind === "env" ? env[place] : readOwnFile(place))?.trim() ?? "";
  if (text !== "") return text;
  throw new Fault("settings.invalid", `there is nothing behind ${reference}. Put there what the alerts need, or name another place.`);
}

function readOwnFile(path: string): string | undefined {
  try {
    if ((statSync(path).mode & OTHERS_MAY_READ) === 0) return readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    if (code === "ENOENT") return undefined;
    const next = "Name a file that the user of the server may read, and nobody else: chmod 600 FILE.";
    throw new Fault("settings.invalid", `${path} cannot be read (${code}). ${next}`, { cause });
  }
  throw new Fault(
    "settings.invalid",
    `others may read ${path}, which holds a secret of the alerts. Make it yours alone: chmod 600 ${path}`,
  );
}
