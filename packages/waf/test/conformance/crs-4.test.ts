import { join } from "node:path";
import { placeOf, testSuite } from "./suite.ts";

const clone = placeOf("HOLDFAST_WAF_CRS", "coreruleset-4.28.0");

testSuite({
  name: "CRS 4.28",
  rules: join(clone, "rules"),
  setup: join(clone, "crs-setup.conf.example"),
  tests: join(clone, "tests/regression/tests"),
  count: 5_003,
  exceptions: {},
  hint: "HOLDFAST_WAF_CRS names a clone of coreruleset/coreruleset at v4.28.0",
});
