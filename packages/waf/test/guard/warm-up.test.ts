import assert from "node:assert/strict";
import test from "node:test";
import { createWaf, KNOWN_NAMES } from "../../src/engine/index.ts";
import { createFirewall } from "../../src/firewall.ts";
import { warmUp } from "../../src/guard/index.ts";
import type { RequestHead } from "../../src/http/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

const HEAD: RequestHead = { method: "GET", target: "/", protocol: "HTTP/1.1", headers: [], remoteAddress: "192.0.2.1", remotePort: 1, serverAddress: "192.0.2.2", serverPort: 80 }; // biome-ignore format: one line

function rulesOf(text: string) {
  return loadRules({ sources: [{ name: "rules.conf", text }], known: KNOWN_NAMES });
}

test("The firewall, warming up, looks at requests of every kind, one in a turn", async () => {
  const seen = new Set<string>();
  const rules = rulesOf('SecRule REQUEST_BODY|ARGS|XML:/*|FILES "@rx ." "id:1,phase:2,pass,log"\n');
  const waf = createWaf({ rules, now: Date.now, newId: () => "x" });
  let turns = 0;
  const watched = {
    open: (...given: Parameters<typeof waf.open>) => {
      seen.add(`${given[0].method} ${given[0].headers.find(([name]) => name === "Content-Type")?.[1].split(";")[0] ?? ""}`);
      return waf.open(...given);
    },
  };
  const { requests, steps } = await warmUp(watched, { turn: async () => void turns++ });
  assert.equal(turns, requests);
  assert.ok(steps > 0);
  assert.deepEqual([...seen].toSorted(), ["GET ", "POST application/json", "POST application/x-www-form-urlencoded", "POST application/xml", "POST multipart/form-data"]); // biome-ignore format: a list
});

test("The firewall begins no further request of its warm-up when its steps are spent, or it is told to stop", async () => {
  const waf = createWaf({ rules: rulesOf('SecRule ARGS "@rx a.*b.*c" "id:1,phase:2,pass"\n'), now: Date.now, newId: () => "x" });
  const whole = await warmUp(waf);
  const half = await warmUp(waf, { stepsMax: whole.steps / 2 });
  assert.ok(half.requests > 0 && half.requests < whole.requests);
  assert.deepEqual(await warmUp(waf, { signal: AbortSignal.abort() }), { requests: 0, steps: 0 });
});

test("The firewall keeps nothing of its warm-up: no counts of clients, no use of exclusions", async () => {
  const rules = rulesOf(`SecAction "id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setvar:ip.n=+1"
SecRule IP:n "@gt 1" "id:2,phase:1,deny"
`);
  const exclusion = { rules: 2, target: "ARGS:x", reason: "r", owner: "o", expires: new Date("2100-01-01") } as const;
  const firewall = createFirewall({ rules, policy: { exclusions: [exclusion] } });
  await warmUp(firewall);
  assert.equal(firewall.review()[0]?.requests, 0);
  assert.equal(firewall.open(HEAD).head().act, "allow");
});
