import type { Limits, Rate } from "../plan.ts";
import { WORD } from "./brand.ts";
import type { AnyCollection } from "./collection-words.ts";

/** The whole config. Durations are written as "10m", "12h", "30d". */
export interface Definition {
  readonly name: string;
  /** The roles of your app. Who has which is set with a secret key or by an operator. */
  readonly roles?: readonly string[];
  readonly collections: Readonly<Record<string, AnyCollection>>;
  readonly accounts?: {
    /** `open` (default): anybody may sign up. `invited`: only accounts that were invited. `closed`: only secret keys make accounts. */
    readonly signUp?: "open" | "invited" | "closed";
    /** `required`: nothing but enrolling a second factor works until there is one. */
    readonly secondFactor?: "optional" | "required";
    /** How long a deletion can be taken back, by signing in or by an operator, before all of the account is erased (default: "30d"). */
    readonly deletionGrace?: string;
    /** How long the owner can stop an administrator's reset of a lost second factor (default: "24h"). */
    readonly factorReset?: string;
    readonly session?: { readonly idle?: string; readonly max?: string; readonly accessToken?: string };
  };
  /** Origins of web pages that may call, such as "https://app.example.com". The server's own pages always may. */
  readonly origins?: readonly string[];
  /** Files of your own web page: `{ "/": import.meta.resolve("./web/index.html") }`. */
  readonly pages?: Readonly<Record<string, string>>;
  /** Letters to the people who use the app. The server that sends them is a setting: HOLDFAST_SMTP. */
  readonly mail?: {
    /** `"Clinic <no-reply@clinic.example>"`; needed where a mail server is set. */
    readonly from: string;
    readonly replyTo?: string;
    /** For whoever does not say: English by default. */
    readonly language?: "en" | "ko";
    /** Whole addresses of pages that the links of letters may lead to (`emailRedirectTo`). Without one, a page of the server asks. */
    readonly pages?: readonly string[];
  };
  /** Networks such as "10.0.0.0/8". With `allow`, nobody else gets in. */
  readonly networks?: {
    readonly allow?: readonly string[];
    readonly deny?: readonly string[];
    readonly trustedProxies?: readonly string[];
  };
  /**
   * What requests are inspected for: the built-in rules block by default. `rules` names a folder of SecLang rules beside them, such as the
   * OWASP Core Rule Set, and `setup` the file that is read first: `import.meta.resolve("./crs/rules")`. `detection-only` records and lets through.
   */
  readonly firewall?: {
    readonly mode?: "on" | "detection-only" | "off";
    readonly paranoia?: 1 | 2 | 3 | 4;
    readonly rules?: string;
    readonly setup?: string;
    /** `{ rules: "tag:attack-sqli", route: "/docs/**", reason: "…", owner: "…", expires: "2027-01-31" }` */
    readonly exclusions?: readonly {
      readonly rules: string;
      readonly route?: string;
      readonly target?: string;
      readonly reason: string;
      readonly owner: string;
      readonly expires: string;
    }[];
  };
  /**
   * Overrides, each for itself; the rest keep their defaults. For a script that signs a hundred accounts in from one address:
   * `{ signUpsPerAddress: { perMinute: 600, burst: 200 }, signInsPerAddress: { perMinute: 600, burst: 200 } }`.
   */
  readonly limits?: { readonly [N in keyof Limits]?: Limits[N] extends Rate ? Partial<Rate> : Limits[N] };
  /** How the database file is encrypted. `chacha20` for machines without AES instructions. */
  readonly cipher?: "aegis" | "chacha20";
  /**
   * Backups are made by themselves (`every`, "1d") and proven by restoring them (`drillEvery`, "7d"). `keep` says which stay: the
   * `newest` so many, and the newest of each of so many `days`, `weeks` and `months` that have one. The last proven one always stays.
   */
  readonly backups?: {
    readonly every?: string;
    readonly drillEvery?: string;
    readonly keep?: { readonly newest?: number; readonly days?: number; readonly weeks?: number; readonly months?: number };
  };
}

export interface DefinitionWord {
  readonly [WORD]: { readonly word: "definition"; readonly options: unknown };
}

/** Says what the server is: `export default define({ … })`. Nothing is checked here; the server reads it and reports all problems at once. */
export function define(definition: Definition): DefinitionWord {
  return Object.freeze({ [WORD]: Object.freeze({ word: "definition", options: definition }) });
}
