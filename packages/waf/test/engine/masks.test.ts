import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createWaf, KNOWN_NAMES, type Match } from "../../src/engine/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

const SECRET = "hunter2 union select";

/** What is told of one request to `/?pw=…&q=…`. */
function matchesOf(rules: string, query = `pw=${encodeURIComponent(SECRET)}&q=a`): readonly Match[] {
  const waf = createWaf({
    rules: loadRules({ sources: [{ name: "r", text: rules }], known: KNOWN_NAMES }),
    now: () => 0,
    newId: () => "1",
  });
  const transaction = waf.open({
    method: "GET",
    target: `/?${query}`,
    protocol: "HTTP/1.1",
    headers: [
      ["Host", "a"],
      ["Authorization", `Basic ${SECRET}`],
    ],
    remoteAddress: "127.0.0.1",
    remotePort: 1,
    serverAddress: "127.0.0.1",
    serverPort: 2,
  });
  transaction.head();
  transaction.close();
  return transaction.matches;
}

const LOOK = `SecRule ARGS|REQUEST_HEADERS "@contains hunter2" "id:1,phase:1,pass,capture,msg:'found it',logdata:'%{TX.0} in %{MATCHED_VAR}'"\n`;

describe("The firewall shows no value that a rule masks", () => {
  test("and shows it where none does", () => {
    assert.deepEqual(matchesOf(LOOK).map(({ excerpt }) => excerpt), [SECRET, `Basic ${SECRET}`]); // biome-ignore format: one line
  });

  test("of a parameter, whatever name the rule calls it by", () => {
    const [match] = matchesOf(`${LOOK}SecAction "id:2,phase:1,pass,nolog,sanitiseArg:PW"`);
    assert.deepEqual([match?.variable, match?.excerpt, match?.data, match?.message], ["ARGS:pw", "****", "****", "found it"]);
  });

  test("of a header, and where the same text stands in another variable", () => {
    const rules = `${LOOK}SecAction "id:2,phase:1,pass,nolog,sanitiseArg:pw"\nSecRule REQUEST_HEADERS:Authorization "@contains Basic" "id:3,phase:1,pass"`;
    const shown = matchesOf(rules).flatMap(({ excerpt, data, message }) => [excerpt, data, message]);
    assert.ok(shown.length > 6);
    assert.ok(
      shown.every((text) => !text.includes("hunter2")),
      shown.join("\n"),
    );
    assert.ok(shown.includes("Basic ****"));
  });

  test("of what a rule has matched", () => {
    const [match] = matchesOf(`SecRule ARGS "@contains hunter2" "id:1,phase:1,pass,sanitiseMatched,logdata:'%{MATCHED_VAR}'"`);
    assert.deepEqual([match?.excerpt, match?.data], ["****", "****"]);
  });

  test("nor the rest of a long one, nor one that a long text is cut in", () => {
    const look = `SecRule QUERY_STRING "@contains x" "id:1,phase:1,pass,logdata:'%{MATCHED_VAR}'"\nSecAction "id:2,phase:1,pass,nolog,sanitiseArg:pw"`;
    for (const secret of ["x".repeat(5_000), "xy".repeat(450)]) {
      const [match] = matchesOf(look, `pw=${secret}&a=${secret.repeat(6)}`);
      assert.doesNotMatch(`${match?.excerpt}${match?.data}`, /xx|xy/);
    }
  });
});
