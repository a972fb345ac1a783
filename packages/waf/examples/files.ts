import { createFirewall, loadRules } from "@holdfast/waf";

export const waf = createFirewall({ rules: loadRules({ rules: ["waf.conf"] }) });
