import { readSafeUrl } from "./setting-places.ts";

/** What is wrong with a value, as the end of a sentence that begins with who set it; `undefined` when nothing is. */

export function filled(value: string): string | undefined {
  if (value.includes("\0")) return "holds a NUL character.";
  return value.trim() === "" ? "is empty." : undefined;
}

export function port(value: string): string | undefined {
  const isPort = /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
  return isPort ? undefined : `must be a port, a number from 0 to 65535, and is "${value}".`;
}

export function domain(value: string): string | undefined {
  const isName = value.length <= 253 && /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/i.test(value);
  return isName ? undefined : `must be a name like api.example.com, without a scheme or port, and is "${value}".`;
}

/** Refused without being shown: whoever writes a key instead of its place must not find it in a log. */
export function reference(value: string): string | undefined {
  const isReference = /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*|prompt:)$/s.test(value);
  return isReference ? undefined : "must say where the root key lies: file:/path, env:NAME or prompt: – never the key itself.";
}

/** Not shown either: an address of a mail server holds its password. */
export function smtpReference(value: string): string | undefined {
  const isReference = /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/s.test(value);
  return isReference ? undefined : "must say where the address of the mail server lies: file:/path or env:NAME – never the address itself.";
}

export function alertWebhook(value: string): string | undefined {
  return /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/s.test(value) || isSafeUrl(value)
    ? undefined
    : "must be https://ADDRESS (http:// on this machine alone), or say where it lies: file:/path or env:NAME.";
}

export function alertSecret(value: string): string | undefined {
  const isReference = /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/s.test(value);
  return isReference ? undefined : "must say where the secret lies: file:/path or env:NAME – never the secret itself.";
}

export function alertMail(value: string): string | undefined {
  return /^[^\s@,;<>"]{1,64}@[^\s@,;<>"]{1,253}$/.test(value) ? undefined : `must be one mail address, and is "${value}".`;
}

/** HTTPS, or plain HTTP on this machine; what a program may be pointed at. */
export function isSafeUrl(text: string): boolean {
  return readSafeUrl(text) !== undefined;
}

export function certificateKey(value: string): string | undefined {
  if (/^(file|env|prompt):/.test(value)) return "is the private key file of --cert. The root key is named with --root-key or HOLDFAST_KEY.";
  return filled(value);
}
