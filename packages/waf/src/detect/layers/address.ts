// Parameters of a web address that is a value itself: a Referer, a page to go back to.

/** Longest address that is taken apart, in bytes, and parameters of it that are looked at. */
const ADDRESS_BYTES_MAX = 8_192;
const PARAMETERS_MAX = 16;
/** Bytes of a parameter that is more than a word; one that is an address again is left alone. */
const TELLING = /[^\w.~:@,/+-]/;
const PATH = /^[/.]/;
const ADDRESS = /^(?:[a-z][a-z+.-]{1,20}:|\/\/|%2f%2f)/i;

/** Calls `give` with every parameter of an address that may hold more than a word, blanks that came as `+` made plain. */
export function peelAddress(value: string, give: (text: string) => void): void {
  if (value.charCodeAt(0) !== 0x68 || value.length > ADDRESS_BYTES_MAX || !/^https?:\/\/[^\s?#]{1,2000}\?/.test(value)) return;
  let at = value.indexOf("?") + 1;
  for (let parameters = 0; at > 0 && parameters < PARAMETERS_MAX; parameters++) {
    const next = value.indexOf("&", at);
    const parameter = value.slice(at, next < 0 ? value.length : next);
    const text = parameter.slice(parameter.indexOf("=") + 1);
    if ((TELLING.test(text) || PATH.test(text)) && !ADDRESS.test(text)) give(text.replaceAll("+", " "));
    at = next + 1;
  }
}
