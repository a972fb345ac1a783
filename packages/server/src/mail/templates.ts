import type { LetterName } from "./contract.ts";
import type { Template } from "./template.ts";
import { accountLeaving } from "./templates/account-leaving.ts";
import { accountStays } from "./templates/account-stays.ts";
import { addressChanged } from "./templates/address-changed.ts";
import { addressTaken } from "./templates/address-taken.ts";
import { alreadyRegistered } from "./templates/already-registered.ts";
import { emailChange } from "./templates/email-change.ts";
import { factorReset } from "./templates/factor-reset.ts";
import { factorsChanged } from "./templates/factors-changed.ts";
import { invite } from "./templates/invite.ts";
import { newDevice } from "./templates/new-device.ts";
import { otp } from "./templates/otp.ts";
import { passwordChanged } from "./templates/password-changed.ts";
import { recovery } from "./templates/recovery.ts";
import { recoveryCodeUsed } from "./templates/recovery-code-used.ts";
import { signup } from "./templates/signup.ts";

/** Every letter there is, one file and one row each. */
export const TEMPLATES: Readonly<Record<LetterName, Template>> = {
  signup,
  invite,
  recovery,
  otp,
  email_change: emailChange,
  "already-registered": alreadyRegistered,
  "address-taken": addressTaken,
  "password-changed": passwordChanged,
  "factors-changed": factorsChanged,
  "address-changed": addressChanged,
  "new-device": newDevice,
  "recovery-code-used": recoveryCodeUsed,
  "factor-reset": factorReset,
  "account-leaving": accountLeaving,
  "account-stays": accountStays,
};

export function isLetterName(value: unknown): value is LetterName {
  return typeof value === "string" && Object.hasOwn(TEMPLATES, value);
}
