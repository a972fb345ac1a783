import type { Plan } from "../model/plan.ts";

export interface Served {
  /** The conditions of the loopback privileges that do not depend on a request hold: bind address, names, no trusted proxy. */
  readonly loopbackOnly: boolean;
  readonly confirmation: "always" | "unlessLoopback";
  /** The mail server that letters go out through, if one is set. */
  readonly mailServer?: string | undefined;
}

/** What the start says, and the audit repeats, of how accounts are made here. */
export function notices(plan: Pick<Plan, "accounts">, served: Served): readonly string[] {
  const { signUp, secondFactor } = plan.accounts;
  const tells = served.loopbackOnly && served.mailServer === undefined && served.confirmation === "unlessLoopback" && signUp === "open";
  return [
    ...(tells
      ? ["Sign-up gives a session without a confirmed address (loopback only), and so tells whether an address has an account."]
      : []),
    ...(served.mailServer === undefined ? [] : [`Letters go out through ${served.mailServer}, over TLS to its verified name.`]),
    ...(signUp === "open" && !served.loopbackOnly && served.mailServer === undefined
      ? [
          "No mail is set up, so sign-up answers email_provider_disabled; accounts come from auth.admin.createUser({ email_confirm: true }).",
        ]
      : []),
    ...(signUp === "open"
      ? []
      : [`Sign-up is ${signUp}: accounts come from auth.admin.createUser or auth.admin.generateLink({ type: "invite" }).`]),
    secondFactor === "required"
      ? "A second factor is required: passwords need 8 characters."
      : "Passwords need 15 characters; a second factor is offered.",
  ];
}
