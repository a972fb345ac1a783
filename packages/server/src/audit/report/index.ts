export { isReport } from "../read-report.ts";
export { evidenceFor, printEvidence, STANDARDS } from "./evidence.ts";
export { renderHtml } from "./html.ts";
export { toSarif } from "./sarif.ts";
export { failsFrom, renderText } from "./text.ts";
