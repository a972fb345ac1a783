import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../src/kit/index.ts";
import { DETECTIONS, type Detection } from "../../src/watch/index.ts";
import { openLookout } from "./lookout.ts";
import { vectors as advisory } from "./vectors/advisory.ts";
import { vectors as backupFailed } from "./vectors/backup-failed.ts";
import { vectors as clockJumped } from "./vectors/clock-jumped.ts";
import { vectors as codeGuessing } from "./vectors/code-guessing.ts";
import { vectors as enumeration } from "./vectors/enumeration.ts";
import { vectors as erasureFailed } from "./vectors/erasure-failed.ts";
import { vectors as factorRemoved } from "./vectors/factor-removed.ts";
import { vectors as forgedTokens } from "./vectors/forged-tokens.ts";
import { vectors as guessing } from "./vectors/guessing.ts";
import { vectors as idProbing } from "./vectors/id-probing.ts";
import { vectors as integrity } from "./vectors/integrity.ts";
import { vectors as mailDown } from "./vectors/mail-down.ts";
import { vectors as massExport } from "./vectors/mass-export.ts";
import { vectors as privilege } from "./vectors/privilege.ts";
import { vectors as spraying } from "./vectors/spraying.ts";
import { vectors as stuffing } from "./vectors/stuffing.ts";
import { vectors as tokenReuse } from "./vectors/token-reuse.ts";
import { vectors as trailShed } from "./vectors/trail-shed.ts";
import type { Vectors } from "./vectors/vector.ts";
import { vectors as webAttack } from "./vectors/web-attack.ts";

const ALL: readonly Vectors[] = [
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
  integrity,
  clockJumped,
  advisory,
  erasureFailed,
  mailDown,
  trailShed,
  webAttack,
];

/** Alerts about what is seen, as "detection subject", each once. */
function alertsOf(
  events: readonly Event[],
  before: readonly Event[] = [],
  detections: readonly Detection[] = DETECTIONS,
): readonly string[] {
  const lookout = openLookout(detections);
  lookout.see(before);
  return [...new Set(lookout.see(events).map(({ detection, sighting }) => `${detection.name} ${sighting.subject}`))];
}

for (const { detection, attacks, benign, ...more } of ALL) {
  const before = "before" in more ? (more as { before: readonly Event[] }).before : [];
  for (const { name, events } of attacks) {
    test(`Holdfast raises one alert, ${detection}, for ${name}`, () => {
      const alerts = alertsOf(events, before);
      assert.deepEqual([alerts.length, alerts[0]?.split(" ")[0]], [1, detection], JSON.stringify(alerts));
    });
    test(`Holdfast needs the row of ${detection} to see ${name}`, () => {
      const others = DETECTIONS.filter((row) => row.name !== detection);
      assert.deepEqual(alertsOf(events, before, others), []);
    });
  }
  for (const { name, events } of benign) {
    test(`Holdfast raises no alert, and above all not ${detection}, for ${name}`, () => {
      assert.deepEqual(alertsOf(events, before), []);
    });
  }
}

test("Holdfast has vectors of attack and of what looks alike for every detection", () => {
  assert.deepEqual(ALL.map(({ detection }) => detection).toSorted(), DETECTIONS.map(({ name }) => name).toSorted());
  for (const { detection, attacks, benign } of ALL) assert.ok(attacks.length > 0 && benign.length > 0, detection);
});

test("Holdfast says what each detection means and what to do, in both languages", () => {
  for (const { name, title, advice } of DETECTIONS) {
    for (const said of [title, advice]) assert.ok(said.en.length > 10 && /[가-힣]/.test(said.ko), name);
  }
});
