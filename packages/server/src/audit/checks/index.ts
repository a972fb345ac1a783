import type { Check } from "../contract.ts";
import { ACCESS_CHECKS } from "./access.ts";
import { DATA_CHECKS } from "./data.ts";
import { FIREWALL_CHECKS } from "./firewall.ts";
import { HTTP_CHECKS } from "./http.ts";
import { KEY_CHECKS } from "./keys.ts";
import { MISTAKE_CHECKS } from "./mistakes.ts";
import { BACKUP_CHECKS, LOGGING_CHECKS } from "./operations.ts";
import { PLATFORM_CHECKS } from "./platform.ts";
import { SIGN_IN_CHECKS } from "./sign-in.ts";
import { TLS_CHECKS } from "./tls.ts";

/** All there is to check, one row each. A new one is a row in one of these files and a fixture in test/audit/fixtures.ts. */
export const CHECKS: readonly Check[] = [
  ...MISTAKE_CHECKS,
  ...TLS_CHECKS,
  ...HTTP_CHECKS,
  ...ACCESS_CHECKS,
  ...SIGN_IN_CHECKS,
  ...KEY_CHECKS,
  ...DATA_CHECKS,
  ...BACKUP_CHECKS,
  ...FIREWALL_CHECKS,
  ...LOGGING_CHECKS,
  ...PLATFORM_CHECKS,
];
