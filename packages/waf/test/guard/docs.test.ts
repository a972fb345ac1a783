import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { firewall } from "../../examples/policy.ts";
import { STEPS_MAX } from "../../src/engine/index.ts";
import { builtinRules, shape } from "../../src/index.ts";
import { DOCS, README } from "../docs.ts";
import { ask, FORM, get, post } from "./firewall.ts";

const SQL = "exercise=1%27+union+select+password+from+users--";

describe("The firewall's documents", () => {
  test("show a policy that does what it says", () => {
    equal(ask(firewall, post("/notes", "application/json", '{"title":"a","due":"2026-11-21","tags":["home"]}')).verdict.act, "allow");
    equal(ask(firewall, post("/notes", "application/json", '{"due":"2026-11-21"}')).verdict.act, "refuse");
    equal(ask(firewall, post("/notes", "application/json", '{"title":"a","tags":["other"]}')).verdict.act, "refuse");
    equal(ask(firewall, post("/courses/1", FORM, SQL)).verdict.act, "allow");
    equal(ask(firewall, post("/courses", FORM, SQL)).verdict.act, "refuse");
    equal(ask(firewall, get(`/beta/a?${SQL}`)).verdict.act, "allow");
    deepEqual(
      firewall.review().map(({ requests }) => requests),
      [1, 1],
    );
  });

  test("tell what one request may cost", () => {
    const alone = builtinRules().settings.stepsMax?.toLocaleString("en");
    ok(DOCS.includes(`| ${STEPS_MAX.toLocaleString("en")} steps, with the built-in rules alone ${alone} (`));
    ok(README.includes(`the built-in rules get ${alone} of them`));
  });

  test("name every shape", () => {
    for (const name of Object.keys(shape)) ok(DOCS.includes(`\`shape.${name}`), name);
  });
});
