/** What the Content-Type says of the boundary. `flags` are MULTIPART_* variables that are 1. */
export interface Boundary {
  readonly boundary: string;
  readonly flags: readonly string[];
  readonly error: string | undefined;
}

const MEDIA_TYPE_CHARACTERS = "multipart/form-data".length;

/** As ModSecurity's; no boundary needs it. */
const CONTENT_TYPE_CHARACTERS_MAX = 1_024;

/** RFC 2046 section 5.1.1, and not a blank at the end. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]*[0-9A-Za-z'()+_,./:=?-]$/;

const PARAMETERS_IN_FRONT = /^\s*;(?:\s*[0-9A-Za-z_-]+=(?:[0-9A-Za-z_-]+|"[^";]*");)*\s*$/;

/** Reads the boundary as strictly as ModSecurity does: every server must find the same one. */
export function readBoundary(contentType: string): Boundary {
  const fail = (what: string): Boundary => ({ boundary: "", flags, error: `The boundary of the multipart body cannot be told: ${what}.` });
  const flags: string[] = [];
  if (contentType.length > CONTENT_TYPE_CHARACTERS_MAX) return fail("the Content-Type is too long");
  const start = contentType.toLowerCase().indexOf("boundary", MEDIA_TYPE_CHARACTERS);
  if (start === -1) return fail("there is none");
  const before = contentType.slice(MEDIA_TYPE_CHARACTERS, start);
  if (before.trim() === "") flags.push("MULTIPART_MISSING_SEMICOLON", "MULTIPART_SEMICOLON_MISSING");
  else if (!PARAMETERS_IN_FRONT.test(before)) return fail("something else stands in front of it");
  // `boundary*=` and `boundary*0=` are that parameter too (RFC 2231): Go, Python and Java put them in its place.
  if ((contentType.match(/[;,\s]boundary(?:\*[0-9*]*)?\s*=/gi) ?? []).length > 1) return fail("there are several");
  if (!contentType.startsWith("boundary", start)) return fail("its name is not in lower case");
  const after = contentType.slice(start + "boundary".length);
  const equals = after.indexOf("=");
  if (equals === -1 || after.slice(0, equals).trim() !== "") return fail("its name goes on");
  const semicolon = after.indexOf(";");
  const value = after.slice(equals + 1, semicolon === -1 ? after.length : semicolon);
  if (equals > 0 || value !== value.trim()) flags.push("MULTIPART_BOUNDARY_WHITESPACE");
  return { ...unquote(value.trim(), flags, fail), flags };
}

function unquote(value: string, flags: string[], fail: (what: string) => Boundary): Boundary {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  if (!isQuoted && (value.startsWith('"') || value.endsWith('"'))) return fail("it is half quoted");
  if (isQuoted) flags.push("MULTIPART_BOUNDARY_QUOTED");
  const boundary = isQuoted ? value.slice(1, -1) : value;
  if (boundary === "") return fail("it is empty");
  return BOUNDARY.test(boundary) ? { boundary, flags, error: undefined } : fail("it holds characters that it may not hold");
}
