export type { Complaint, Ends, Form, Pair, RawRequest, RequestHead, RequestTarget, ResponseHead, TargetForm } from "./contract.ts";
export { readCookies } from "./cookies.ts";
export { type FormRules, readForm } from "./form.ts";
export { headerValue, headerValues } from "./headers.ts";
export { headFromHttp2 } from "./http2.ts";
export { parseRawRequest } from "./raw-request.ts";
export { readTarget } from "./target.ts";
