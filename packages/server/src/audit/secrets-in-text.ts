/** What secrets look like: our own by their prefixes, others by their published shapes. Never what they are. */
const SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: "root key", pattern: /HOLDFAST-ROOT-1[A-Z0-9]{20,}/i },
  { kind: "recovery kit", pattern: /AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{20,}/i },
  { kind: "secret key of a client", pattern: /hf_secret_[a-z2-7]{20,}/i },
  { kind: "private key", pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/ },
  { kind: "access token", pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/ },
  { kind: "cloud key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: "repository token", pattern: /\b(?:ghp|gho|ghs|github_pat|glpat)[_-][\w-]{20,}/ },
  { kind: "payment key", pattern: /\b[rs]k_live_[0-9A-Za-z]{16,}/ },
  { kind: "password in an address", pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]{3,}@/i },
  { kind: "password hash", pattern: /\$argon2(?:id|i|d)\$v=/ },
];

/** Of those, what this server made: in an environment that it shares with others, these alone are its business. */
const OWN = new Set(["root key", "recovery kit", "secret key of a client", "private key"]);

/** The kinds of secrets that a text seems to hold. */
export function secretsIn(text: string): readonly string[] {
  return SHAPES.filter(({ pattern }) => pattern.test(text)).map(({ kind }) => kind);
}

/** The same, of this server's own kinds only. */
export function ownSecretsIn(text: string): readonly string[] {
  return secretsIn(text).filter((kind) => OWN.has(kind));
}
