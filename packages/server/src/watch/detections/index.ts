import type { Detection } from "../contract.ts";
import { codeGuessing } from "./code-guessing.ts";
import { enumeration } from "./enumeration.ts";
import { factorRemoved } from "./factor-removed.ts";
import { forgedTokens } from "./forged-tokens.ts";
import { guessing } from "./guessing.ts";
import { idProbing } from "./id-probing.ts";
import { massExport } from "./mass-export.ts";
import { privilege } from "./privilege.ts";
import { spraying } from "./spraying.ts";
import { stuffing } from "./stuffing.ts";
import { tokenReuse } from "./token-reuse.ts";
import { advisoryFound, backupFailed, clockJumped, erasureFailed, integrityBroken, mailDown, trailShed } from "./told.ts";
import { webAttack } from "./web-attack.ts";

/** Everything that is looked for. To add one: its file, its row here, and its vectors in test/watch/vectors. */
export const DETECTIONS: readonly Detection[] = [
  guessing,
  spraying,
  stuffing,
  codeGuessing,
  enumeration,
  tokenReuse,
  forgedTokens,
  idProbing,
  massExport,
  privilege,
  factorRemoved,
  backupFailed,
  integrityBroken,
  clockJumped,
  advisoryFound,
  erasureFailed,
  mailDown,
  trailShed,
  webAttack,
];
