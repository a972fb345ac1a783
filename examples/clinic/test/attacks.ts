import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { authenticatorCode } from "../totp.ts";
import type { Attacker, Said } from "./attacker.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

export interface World extends Attacker {
  /** A secret key of scope accounts:write. */
  readonly secretKey: string;
  /** Accounts with nothing but a password; each attack takes its own. */
  readonly people: readonly Person[];
  /** Runs a command of the server's operator; what it refuses is no failure here. */
  operate(...args: readonly string[]): void;
}

export interface Attack {
  /** The detection that must see it, and no other. */
  readonly detection: string;
  run(world: World): Promise<void>;
}

const HOME = "127.0.0.1";
const SPRAYED = 16;
/** What scanners try first, at addresses that lead nowhere. */
const SCANNED: readonly string[] = [
  "?file=../../../../etc/passwd",
  "?q=%3Cscript%3Ealert(1)%3C/script%3E",
  "?id=1%27%20OR%201=1--%20",
  "?host=127.0.0.1;cat%20/etc/passwd",
  "?name=%7B%7Bconstructor.constructor(%27return%20process%27)()%7D%7D",
].flatMap((query) => ["/", "/index", "/search", "/login"].map((path) => `${path}${query}`));

async function each<T>(items: readonly T[], work: (item: T, index: number) => Promise<unknown>): Promise<void> {
  // A few at a time, as tools do.
  for (let at = 0; at < items.length; at += 4) await Promise.all(items.slice(at, at + 4).map((item, index) => work(item, at + index)));
}

function personOf({ people }: World, index: number): Person {
  const person = people[index];
  if (person === undefined) throw new Error(`There are too few people for number ${index}.`);
  return person;
}

function signIn(world: World, from: string, email: string, password: string): Promise<Said> {
  return world.ask(from, "POST", "/auth/v1/token?grant_type=password", { body: { email, password } });
}

async function tokensOf(world: World, { email, password }: Person): Promise<{ readonly access: string; readonly refresh: string }> {
  const { status, json } = await signIn(world, HOME, email, password);
  if (status !== 200) throw new Error(`${email} could not sign in: ${status} ${JSON.stringify(json)}`);
  return { access: String(json["access_token"]), refresh: String(json["refresh_token"]) };
}

/** Gives the account a verified second factor, and the session that has shown it. */
async function enrol(world: World, person: Person): Promise<{ readonly access: string; readonly factor: string }> {
  const { access } = await tokensOf(world, person);
  const enrolled = await world.ask(HOME, "POST", "/auth/v1/factors", {
    bearer: access,
    body: { factor_type: "totp", friendly_name: "phone" },
  });
  const factor = String(enrolled.json["id"]);
  const { secret } = enrolled.json["totp"] as { readonly secret: string };
  const verified = await world.ask(HOME, "POST", `/auth/v1/factors/${factor}/verify`, {
    bearer: access,
    body: { challenge_id: await challenge(world, access, factor), code: authenticatorCode(secret, Date.now()) },
  });
  if (verified.status !== 200) throw new Error(`No factor could be verified: ${JSON.stringify(verified.json)}`);
  return { access: String(verified.json["access_token"]), factor };
}

async function challenge(world: World, bearer: string, factor: string): Promise<string> {
  return String((await world.ask(HOME, "POST", `/auth/v1/factors/${factor}/challenge`, { bearer, body: {} })).json["id"]);
}

/** As ours in everything but the key. */
function forge(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const head = part({ alg: "ES256", typ: "JWT", kid: "1" });
  const claims = part({
    sub: randomUUID(),
    session_id: randomUUID(),
    aud: "authenticated",
    role: "authenticated",
    aal: "aal2",
    iat: now,
    exp: now + 3_600,
  });
  const signed = sign("sha256", Buffer.from(`${head}.${claims}`), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${head}.${claims}.${signed.toString("base64url")}`;
}

/** The weakest forgery: somebody else's symmetric key. */
function forgeSymmetric(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ role: "service_role", exp: 4_102_444_800 })}`;
  return `${text}.${createHmac("sha256", "super-secret-jwt-token").update(text).digest("base64url")}`;
}

/** What a red team does in an afternoon, one row a detection. */
export const ATTACKS: readonly Attack[] = [
  {
    detection: "guessing",
    run: (world) => each([1, 2, 3, 4, 5, 6, 7, 8, 9], (n) => signIn(world, `127.0.1.${n}`, personOf(world, 20).email, `guess number ${n}`)),
  },
  {
    detection: "spraying",
    run: (world) => each(world.people.slice(0, SPRAYED), ({ email }) => signIn(world, "127.0.2.1", email, "Winter2026 Winter2026")),
  },
  {
    detection: "enumeration",
    run: (world) =>
      each(Array.from({ length: 17 }), (_, n) => signIn(world, "127.0.3.1", `nobody-${n}@clinic.example`, "whatever it may be")),
  },
  {
    detection: "stuffing",
    run: (world) =>
      each(Array.from({ length: 32 }), (_, n) => signIn(world, `127.0.4.${n + 1}`, `leaked-${n}@elsewhere.example`, "from another site")),
  },
  {
    detection: "code-guessing",
    async run(world) {
      const person = personOf(world, 21);
      const { factor } = await enrol(world, person);
      // The password is known already: this is the thief.
      const { access } = await tokensOf(world, person);
      const challenge_id = await challenge(world, access, factor);
      for (let n = 0; n < 7; n += 1)
        await world.ask("127.0.5.1", "POST", `/auth/v1/factors/${factor}/verify`, {
          bearer: access,
          body: { challenge_id, code: `00000${n}` },
        });
    },
  },
  {
    detection: "token-reuse",
    async run(world) {
      const { refresh } = await tokensOf(world, personOf(world, 22));
      const renew = (from: string, refresh_token: string): Promise<Said> =>
        world.ask(from, "POST", "/auth/v1/token?grant_type=refresh_token", { body: { refresh_token } });
      const next = await renew(HOME, refresh);
      await renew(HOME, String(next.json["refresh_token"]));
      await renew("127.0.6.1", refresh);
    },
  },
  {
    detection: "forged-tokens",
    run: (world) =>
      each(Array.from({ length: 40 }), (_, n) =>
        world.ask("127.0.7.1", "GET", "/rest/v1/patients?select=id", { bearer: n % 2 === 0 ? forge() : forgeSymmetric() }),
      ),
  },
  {
    // Before the roles are given: whoever has none asks for ids, and gets nothing.
    detection: "id-probing",
    async run(world) {
      const { access } = await tokensOf(world, personOf(world, 23));
      await each(Array.from({ length: 100 }), () =>
        world.ask("127.0.8.1", "GET", `/rest/v1/patients?select=id&id=eq.${randomUUID()}`, { bearer: access }),
      );
    },
  },
  {
    detection: "privilege",
    async run(world) {
      const { id } = personOf(world, 24);
      await world.ask("127.0.9.1", "PUT", `/auth/v1/admin/users/${id}`, {
        bearer: world.secretKey,
        body: { app_metadata: { roles: ["doctor"] } },
      });
    },
  },
  {
    detection: "mass-export",
    async run(world) {
      const doctor = personOf(world, 24);
      const { access } = await tokensOf(world, doctor);
      for (let from = 0; from < 1_000; from += 500) {
        const body = Array.from({ length: 500 }, (_, n) => ({
          name: `Patient ${from + n}`,
          national_id: `id-${from + n}`,
          status: "active",
          doctor: doctor.id,
        }));
        const { status, json } = await world.ask(HOME, "POST", "/rest/v1/patients", { bearer: access, body });
        if (status !== 201) throw new Error(`Nothing to carry away was written: ${status} ${JSON.stringify(json)}`);
      }
      for (let page = 0; page < 7; page += 1) {
        const { status } = await world.ask("127.0.10.1", "GET", "/rest/v1/patients?select=id&limit=1000", { bearer: access });
        if (status !== 200) throw new Error(`A page was answered with ${status}.`);
      }
    },
  },
  {
    detection: "factor-removed",
    async run(world) {
      const person = personOf(world, 25);
      const { access, factor } = await enrol(world, person);
      const removed = await world.ask("127.0.11.1", "DELETE", `/auth/v1/factors/${factor}`, { bearer: access });
      if (removed.status !== 200) throw new Error(`The factor stayed: ${JSON.stringify(removed.json)}`);
      const body = { password: "mine from now on, and long", current_password: person.password };
      const changed = await world.ask("127.0.11.1", "PUT", "/auth/v1/user", { bearer: access, body });
      if (changed.status !== 200) throw new Error(`The password stayed: ${JSON.stringify(changed.json)}`);
    },
  },
  {
    detection: "web-attack",
    async run(world) {
      for (const path of SCANNED) {
        const { status } = await world.ask("127.0.12.1", "GET", path);
        if (status !== 403) throw new Error(`${path} was answered with ${status}.`);
      }
    },
  },
  {
    detection: "backup-failed",
    async run(world) {
      // A file that is there already is refused, as a full or missing target would be.
      world.operate("backup", "/dev/null");
    },
  },
];
