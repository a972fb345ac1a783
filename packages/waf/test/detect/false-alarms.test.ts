// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates and shells write so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { bytes, SURE } from "./finder-tables.ts";

const examiner = createExaminer(DETECTORS);

/** What all detectors together say of a value, its layers taken off. */
function weightOf(text: string): number {
  return Math.max(0, ...[...examiner.examine(bytes(text)).values()].map(({ weight }) => weight));
}

function hold(what: string, honest: readonly string[], attacks: readonly string[]): void {
  test(`The firewall lets ${honest.length} honest texts through: ${what}`, () => {
    assert.deepEqual(honest.filter((text) => weightOf(text) >= SURE), []); // biome-ignore format: one line
  });
  test(`The firewall refuses ${attacks.length} attacks that look like them: ${what}`, () => {
    assert.deepEqual(attacks.filter((text) => weightOf(text) < SURE), []); // biome-ignore format: one line
  });
}

hold(
  "programs of services, as whoever watches processes is told of them",
  [
    "/usr/bin/node", "/usr/local/bin/node", "/usr/bin/python3 /app/main.py --port 80", "/usr/local/bin/docker-entrypoint.sh", "/usr/bin/java -cp /app/lib -Xmx512m com.acme.Main", "/usr/sbin/nginx", "/bin/sh", "/opt/acme/bin/ingest", "python3 /srv/acme/run.py",
  ],
  [
    "/usr/bin/id", "/bin/ls", "/usr/bin/whoami", "/bin/cat /etc/hosts", "/usr/bin/python3 -c import os", "/usr/bin/perl -e system", "/usr/bin/php -r system", "/usr/bin/python3 /tmp/x.py", "/usr/bin/python3 -m http.server", "/bin/sh -c id", "/usr/bin/node; id", "/usr/bin/node|id", "/bin/b?sh", ";/usr/bin/node", "x|/usr/bin/python3 /app/a.py", "/usr/bin/node /app/a.js $(id)",
  ],
); // biome-ignore format: lists of texts
