// Parameters of a web address that is a value itself (a Referer, a page to go back to), and of a form that came as one text.

import { isSetting } from "../setting.ts";

/** Longest address that is taken apart, in bytes, and parameters of it that are looked at. */
const ADDRESS_BYTES_MAX = 8_192;
const PARAMETERS_MAX = 16;
/** Bytes of a parameter that is more than a word; one that is an address again is left alone. */
const TELLING = /[^\w.~:@,/+-]/;
const PATH = /^[/.]/;
const ADDRESS = /^(?:[a-z][a-z+.-]{1,20}:|\/\/|%2f%2f)/i;

/** Calls `give` with every parameter of an address that may hold more than a word, blanks that came as `+` made plain. */
export function peelAddress(value: string, give: (text: string) => void): void {
  const start = startOf(value);
  if (start < 0) return;
  let at = start;
  for (let parameters = 0; at >= 0 && parameters < PARAMETERS_MAX; parameters++) {
    const next = value.indexOf("&", at);
    const parameter = value.slice(at, next < 0 ? value.length : next);
    const text = parameter.slice(parameter.indexOf("=") + 1);
    if ((TELLING.test(text) || PATH.test(text)) && !ADDRESS.test(text)) give(text.replaceAll("+", " "));
    at = next < 0 ? -1 : next + 1;
  }
}

/** Where the first parameter begins; -1 where the value is no address and no list of parameters. */
function startOf(value: string): number {
  if (value.length > ADDRESS_BYTES_MAX) return -1;
  if (value.charCodeAt(0) === 0x68 && /^https?:\/\/[^\s?#]{1,2000}\?/.test(value)) return value.indexOf("?") + 1;
  const and = value.indexOf("&");
  if (and >= 0) return /^[^\s&<>]{0,200}&[\w.[\]-]{1,40}=/.test(value) ? 0 : -1;
  return /^[\w.[\]-]{1,40}=[\w;|/`$'"(]/.test(value) && !isSetting(value) ? 0 : -1;
}
