import type { Id } from "../kit/index.ts";

/** Who asks. Comes from a verified credential and from nowhere else. */
export type Actor =
  | { readonly kind: "nobody" }
  | {
      readonly kind: "account";
      readonly id: Id;
      readonly sessionId: Id;
      readonly tenant: Id | null;
      /** App roles, as the plan declares them. */
      readonly roles: readonly string[];
      /** House roles never match a rule. */
      readonly houseRole: "owner" | "operator" | null;
      readonly aal: 1 | 2;
      /** When a second factor was last shown in this session, ms since 1970. */
      readonly mfaAt: number | null;
      /** A factor is still to be shown (or to be enrolled, where the plan requires one): only routes that say so may be called. */
      readonly unfinished: boolean;
    }
  | { readonly kind: "service"; readonly keyId: string; readonly scopes: readonly string[] };

export const NOBODY: Actor = { kind: "nobody" };
