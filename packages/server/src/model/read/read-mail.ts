import type { Mail } from "../plan.ts";
import type { Place } from "./place.ts";
import { listOf, part, type Reader, readShape } from "./shape.ts";
import { oneWordOf } from "./values.ts";

export const NO_MAIL: Mail = { from: undefined, replyTo: undefined, language: "en", pages: [] };

const PAGES_MAX = 20;
const ADDRESS_CHARACTERS_MAX = 254;
/** What every mail server takes: no quoted parts, and a domain in its A-label form. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const NAMED = /^([^<>"\p{C}]{1,60}) <([^<>]+)>$/u;
const LOOPBACK_HOST = /^(localhost|[a-z0-9.-]+\.localhost|127\.0\.0\.1|\[::1\])$/;

const address: Reader<string> = (input, place) => {
  const isAddress = typeof input === "string" && input.length <= ADDRESS_CHARACTERS_MAX && ADDRESS.test(input);
  return isAddress ? input : place.problem('Write a mail address: "help@clinic.example".');
};

const sender: Reader<Mail["from"]> = (input, place) => {
  const [, name = "", inner = input] = (typeof input === "string" ? NAMED.exec(input) : null) ?? [];
  const isAddress = typeof inner === "string" && inner.length <= ADDRESS_CHARACTERS_MAX && ADDRESS.test(inner);
  return isAddress
    ? { name: name.trim(), address: inner }
    : place.problem('Write from whom letters come: "Clinic <no-reply@clinic.example>".');
};

/** A whole address that a link may lead to, without "#": the code stands there. Exact, so that nobody adds to it. */
const page: Reader<string> = (input, place) => {
  const url = typeof input === "string" && URL.canParse(input) ? new URL(input) : undefined;
  const isPlain = url !== undefined && url.href === input && !input.includes("#") && url.username === "" && url.password === "";
  if (!isPlain) return place.problem('Write the whole address of the page, as a browser shows it: "https://app.example.com/welcome".');
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK_HOST.test(url.hostname));
  return isSafe ? url.href : place.problem("Use https: what a page on plain http does can be changed on its way.");
};

export function readMail(input: unknown, place: Place): Mail {
  const read = readShape(input, place, {
    from: part<Mail["from"]>(sender, undefined),
    replyTo: part<Mail["replyTo"]>(address, undefined),
    language: part<Mail["language"]>(oneWordOf(["en", "ko"]), "en"),
    pages: part<Mail["pages"]>(listOf(page, 'Write a list of pages: ["https://app.example.com/welcome"].'), []),
  });
  if (read.pages.length > PAGES_MAX) place.at("pages").problem(`Name at most ${PAGES_MAX} pages.`);
  return read;
}
