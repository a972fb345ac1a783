/** The variables of SecLang (reference manual, chapter Variables) that mean something inside a server. A test holds this list against the engine's. */
export type VariableName =
  | `ARGS${"" | "_COMBINED_SIZE" | "_GET" | "_GET_NAMES" | "_NAMES" | "_POST" | "_POST_NAMES"}`
  | "AUTH_TYPE"
  | "BODY_NAMES"
  | "BODY_UNREAD"
  | "DURATION"
  | "ENV"
  | `FILES${"" | "_COMBINED_SIZE" | "_NAMES" | "_SIZES" | "_TMPNAMES" | "_TMP_CONTENT"}`
  | `FULL_REQUEST${"" | "_LENGTH"}`
  | "GEO"
  | "GLOBAL"
  | "HIGHEST_SEVERITY"
  | "INBOUND_DATA_ERROR"
  | "IP"
  | `MATCHED_VAR${"" | "S" | "_NAME" | "S_NAMES"}`
  | "MODSEC_BUILD"
  | `MULTIPART_BOUNDARY_${"QUOTED" | "WHITESPACE"}`
  | `MULTIPART_DATA_${"AFTER" | "BEFORE"}`
  | `MULTIPART_${"CRLF_LF_LINES" | "LF_LINE" | "FILENAME" | "NAME" | "FILE_LIMIT_EXCEEDED" | "HEADER_FOLDING" | "PART_HEADERS"}`
  | `MULTIPART_INVALID_${"HEADER_FOLDING" | "PART" | "QUOTING"}`
  | `MULTIPART_${"MISSING_SEMICOLON" | "SEMICOLON_MISSING" | "STRICT_ERROR" | "UNMATCHED_BOUNDARY"}`
  | "OUTBOUND_DATA_ERROR"
  | "PATH_INFO"
  | "QUERY_STRING"
  | `REMOTE_${"ADDR" | "HOST" | "PORT" | "USER"}`
  | `REQBODY_${"ERROR" | "ERROR_MSG" | "PROCESSOR" | "PROCESSOR_ERROR" | "PROCESSOR_ERROR_MSG"}`
  | `REQUEST_${"BASENAME" | "BODY" | "BODY_LENGTH" | "FILENAME" | "LINE" | "METHOD" | "PROTOCOL" | "URI" | "URI_RAW"}`
  | `REQUEST_${"COOKIES" | "COOKIES_NAMES" | "HEADERS" | "HEADERS_NAMES"}`
  | "RESOURCE"
  | `RESPONSE_${"BODY" | "CONTENT_LENGTH" | "CONTENT_TYPE" | "HEADERS" | "HEADERS_NAMES" | "PROTOCOL" | "STATUS"}`
  | "RULE"
  | `SERVER_${"ADDR" | "NAME" | "PORT"}`
  | `SESSION${"" | "ID"}`
  | `STATUS${"" | "_LINE"}`
  | `STREAM_${"INPUT" | "OUTPUT"}_BODY`
  | `TIME${"" | "_DAY" | "_EPOCH" | "_HOUR" | "_MIN" | "_MON" | "_SEC" | "_WDAY" | "_YEAR"}`
  | "TX"
  | "UNIQUE_ID"
  | "URLENCODED_ERROR"
  | `USER${"" | "AGENT_IP" | "ID"}`
  | "WEBAPPID"
  | "WEBSERVER_ERROR_LOG"
  | "XML";

/** The transformations (reference manual, chapter Transformation functions). */
export type TransformName =
  | `base64${"Decode" | "DecodeExt" | "Encode"}`
  | "cmdLine"
  | "compressWhitespace"
  | "cssDecode"
  | "escapeSeqDecode"
  | `hex${"Decode" | "Encode"}`
  | "htmlEntityDecode"
  | "jsDecode"
  | "length"
  | `${"lower" | "upper"}case`
  | "md5"
  | `normali${"s" | "z"}ePath${"" | "Win"}`
  | `parity${"Even" | "Odd" | "Zero"}7bit`
  | "phpArgsNames"
  | `remove${"Comments" | "CommentsChar" | "Nulls" | "Whitespace"}`
  | `replace${"Comments" | "Nulls"}`
  | "sha1"
  | "sqlHexDecode"
  | `trim${"" | "Left" | "Right"}`
  | `url${"Decode" | "DecodeUni" | "Encode"}`
  | "utf8toUnicode";

/** The operators (reference manual, chapter Operators); a name of the engine's own tables stands here as well as theirs. */
export type OperatorName =
  | "beginsWith"
  | `contains${"" | "Word"}`
  | `detect${"" | "SQLi" | "XSS"}`
  | "endsWith"
  | `${"eq" | "ge" | "gt" | "le" | "lt"}`
  | `ipMatch${"" | "F" | "FromDataset" | "FromFile"}`
  | "noMatch"
  | `pm${"" | "f" | "FromDataset" | "FromFile"}`
  | `rx${"" | "Global"}`
  | "streq"
  | "strmatch"
  | "unconditionalMatch"
  | `validate${"ByteRange" | "UrlEncoding" | "Utf8Encoding"}`
  | `verify${"CC" | "CPF" | "SSN" | "SVNR"}`
  | "within"
  // Keeps the words above as suggestions of the editor while any other is taken.
  | (string & {});
