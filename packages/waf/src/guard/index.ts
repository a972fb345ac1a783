export { type ExplainedChange, type ExplainedMatch, type ExplainedRequest, type Explanation, explain } from "./explain.ts";
