import { createFirewall, loadRules } from "@holdfast/waf";

const extra = { name: "limits", text: "SecRequestBodyNoFilesLimit 1048576\nSecArgumentsLimit 5000\n" };
export const waf = createFirewall({ rules: loadRules({ extra }), stepsMax: 30_000_000 });
