import { headerValue } from "../../http/index.ts";
import { fromPairs, namesOf } from "../entry.ts";
import type { State } from "../state.ts";
import type { VariableTable } from "./contract.ts";
import { collection, optional, scalar } from "./make.ts";

/** What the answer says. */
export const RESPONSE_VARIABLES: VariableTable = {
  OUTBOUND_DATA_ERROR: scalar("response-body", (state) => (state.isResponseCut ? "1" : "0")),
  RESPONSE_BODY: scalar("response-body", (state) => state.responseText),
  RESPONSE_CONTENT_LENGTH: optional("response-body", contentLength),
  RESPONSE_CONTENT_TYPE: optional("response", (state) => headerValue(state.response?.headers ?? [], "content-type")),
  RESPONSE_HEADERS: collection("response", (state) => fromPairs(state.response?.headers ?? [])),
  RESPONSE_HEADERS_NAMES: collection("response", (state) => namesOf(state.list("RESPONSE_HEADERS"))),
  RESPONSE_PROTOCOL: optional("response", (state) => state.response?.protocol),
  RESPONSE_STATUS: optional("response", status),
  STATUS: optional("response", status),
  STREAM_OUTPUT_BODY: scalar("response-body", (state) => state.responseText),
  STATUS_LINE: optional("response", (state) => state.response && `${state.response.protocol} ${state.response.status}`),
};

/** Of the answer that the client gets: that of a refusal, once there is one. */
function status({ response, refusedStatus }: State): string | undefined {
  const answered = refusedStatus ?? response?.status;
  return answered === undefined ? undefined : String(answered);
}

function contentLength(state: State): string | undefined {
  return headerValue(state.response?.headers ?? [], "content-length") ?? String(state.responseText.length);
}
