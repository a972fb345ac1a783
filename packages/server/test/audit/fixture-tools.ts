import { createAccess, whoCan } from "../../src/access/index.ts";
import type { Facts, Heard } from "../../src/audit/contract.ts";
import { crossTenantLeaks } from "../../src/audit/index.ts";
import {
  accounts,
  adviseOn,
  collection,
  type Definition,
  define,
  EVERY_ROW,
  type Plan,
  planFrom,
  ref,
  text,
} from "../../src/model/index.ts";

type Notes = Definition["collections"][string];

/** Facts as they are, changed into facts that one check must not let pass. */
export type Violate = (facts: Facts) => Facts;

export const DAY_MS = 86_400_000;

/** Facts are getters that ask late; what is changed stands before them. */
export function change<N extends Exclude<keyof Facts, "now" | "damage">>(name: N, part: (fact: Facts[N]) => Partial<Facts[N]>): Violate {
  return (facts) => Object.create(facts, { [name]: { value: { ...facts[name], ...part(facts[name]) }, enumerable: true } });
}

export function after(...steps: readonly Violate[]): Violate {
  return (facts) => steps.reduce((now, step) => step(now), facts);
}

export const later =
  (ms: number): Violate =>
  (facts) =>
    Object.create(facts, { now: { value: facts.now + ms, enumerable: true } });
export const exposed = change("house", () => ({ exposed: true }));
/** Long enough to have made up for what was missed. */
export const upLong = change("house", () => ({ startedAt: 0 }));

/** A whole plan in place of the default's: the real words of a config, read as the server reads them. */
export function planned(definition: ReturnType<typeof define>): Violate {
  return (facts) => {
    const plan = planFrom(definition);
    return Object.create(facts, {
      plan: { value: plan, enumerable: true },
      access: { value: { matrix: whoCan(plan), advice: adviseOn(plan), crossTenant: crossTenantLeaks(plan) }, enumerable: true },
    });
  };
}

export const limits = (part: Partial<Plan["limits"]>): Violate => change("plan", (plan) => ({ limits: { ...plan.limits, ...part } }));
export const firewall = (part: Partial<Plan["firewall"]>): Violate =>
  change("plan", (plan) => ({ firewall: { ...plan.firewall, ...part } }));
export const excluded = { rules: "942100", route: "/course/**", target: undefined, reason: "r", owner: "Kim", expiresAt: 0 };
export const weak = (notes: Notes): Violate => planned(define({ name: "Weak", collections: { notes } }));
export const FIELDS = { owner: ref(accounts), body: text({ max: 9 }) };
export const PERSONAL = { ...FIELDS, phone: text({ max: 9, personal: true }) };

export const heard = (status: number, headers: Heard["headers"] = {}, body = ""): Heard => ({ status, headers, body });
export const agreed = { agreed: true, protocol: "TLSv1.1", cipher: "AES128-SHA", group: "ffdhe2048" };
export const listener = (part: Partial<Facts["listener"]>): Violate => change("listener", () => part);
export const certificate = (part: Partial<Facts["certificate"]>): Violate => change("certificate", () => part);
export const places = (part: Partial<Facts["places"]>): Violate => change("places", () => part);
export const runtime = (part: Partial<Facts["runtime"]>): Violate => change("runtime", () => part);
export const people = (part: Partial<Facts["accounts"]>): Violate => change("accounts", () => part);
export const operator = { withFactor: true, lastSignInAt: null, createdAt: 0 };
export const open = { path: "x", kind: "file", mode: 0o644, mine: true } as const;
export const failed = { at: 0, ok: false, said: { en: "it failed", ko: "실패" } };

/** Grants that forget the tenant: what crossTenantLeaks exists to find. */
export const forgetful: Violate = (facts) => {
  const plan = planFrom(
    define({
      name: "Weak",
      collections: {
        notes: collection({ fields: { body: text({ max: 9 }) }, access: ({ actor }) => ({ read: actor.signedIn() }) }).tenant(),
      },
    }),
  );
  const sound = createAccess(plan);
  const crossTenant = crossTenantLeaks(plan, (actor, action, one, now) => {
    const grant = sound(actor, action, one, now);
    return grant.allow ? { ...grant, old: EVERY_ROW, new: EVERY_ROW } : grant;
  });
  return Object.create(facts, {
    plan: { value: plan, enumerable: true },
    access: { value: { matrix: whoCan(plan), advice: [], crossTenant }, enumerable: true },
  });
};

export const secretKey = {
  id: "k",
  scopes: ["accounts:write"],
  networks: [],
  createdAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
  revokedAt: null,
};
export const runOut = {
  id: "w",
  check: "HF-AZ-002",
  fingerprint: null,
  reason: "r",
  owner: "o",
  approvedBy: "o",
  createdAt: 0,
  expiresAt: 1,
  endedAt: null,
};
