import { resolve } from "node:path";

export type BackupPlace =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "s3"; readonly endpoint: string; readonly bucket: string; readonly prefix: string; readonly region: string };

export function backupPlace(value: string): string | undefined {
  if (!value.startsWith("s3:")) return value.trim() === "" || value.includes("\0") ? "is empty, or holds a NUL character." : undefined;
  return readS3(value) === undefined
    ? `must be s3:https://HOST/BUCKET or s3:https://HOST/BUCKET/PREFIX, with ?region=NAME where it is not us-east-1, and is "${value}".`
    : undefined;
}

export function readBackupPlace(value: string, { cwd, otherwise }: { readonly cwd: string; readonly otherwise: string }): BackupPlace {
  return readS3(value) ?? { kind: "folder", path: value === "" ? otherwise : resolve(cwd, value) };
}

function readS3(value: string): BackupPlace | undefined {
  const url = value.startsWith("s3:") ? readSafeUrl(value.slice("s3:".length)) : undefined;
  if (url === undefined) return undefined;
  const [bucket = "", ...prefix] = url.pathname.split("/").filter((segment) => segment !== "");
  const region = url.searchParams.get("region") ?? "us-east-1";
  const isPlace = /^[a-z0-9][a-z0-9.-]{1,62}$/.test(bucket) && prefix.every((name) => /^[\w.-]+$/.test(name)) && /^[\w-]+$/.test(region);
  return isPlace ? { kind: "s3", endpoint: url.origin, bucket, prefix: prefix.join("/"), region } : undefined;
}

export function credentials(value: string): string | undefined {
  const isReference = /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/s.test(value);
  return isReference ? undefined : "must say where the credentials lie: file:/path or env:NAME – never the credentials themselves.";
}

export function advisorySource(value: string): string | undefined {
  const [, kind, rest = ""] = /^(file|registry|https|http):(.+)$/s.exec(value) ?? [];
  const isSource = kind === "file" || readSafeUrl(kind === "registry" ? rest : value) !== undefined;
  return kind !== undefined && isSource ? undefined : "must be file:/path, https://ADDRESS or registry:https://HOST.";
}

/** HTTPS; plain HTTP on this machine alone. No name or password in it. */
export function readSafeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  return isSafe && url?.username === "" && url.password === "" ? url : undefined;
}
