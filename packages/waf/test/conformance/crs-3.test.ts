import { placeOf, testSuite } from "./suite.ts";

testSuite({
  name: "CRS 3.3.4 as Debian has it",
  rules: "/usr/share/modsecurity-crs/rules",
  setup: "/etc/modsecurity/crs/crs-setup.conf",
  tests: placeOf("HOLDFAST_WAF_CRS3_TESTS", "shared/crs-3.3.4/tests"),
  count: 2_396,
  exceptions: {},
  hint: "apt-get install modsecurity-crs; HOLDFAST_WAF_CRS3_TESTS names the folder of CRS 3.3.4's tests",
});
