import type { Problem, Verdict, Words } from "./contract.ts";

export function words(en: string, ko: string): Words {
  return { en, ko };
}

/** The same in every language: a name, a number, a header. */
export function same(text: string): Words {
  return { en: text, ko: text };
}

export function passed(measured: Words): Verdict {
  return { is: "pass", measured };
}

export function notApplicable(measured: Words): Verdict {
  return { is: "not-applicable", measured };
}

/** Fails with its problems; without any, passes with `otherwise`. */
export function unlessAny(problems: readonly Problem[], otherwise: Words): Verdict {
  return problems.length === 0 ? passed(otherwise) : { is: "fail", problems };
}

export function problem(resource: string, measured: Words): Problem {
  return { resource, measured };
}

/** For checks about one thing: one problem about the house as a whole, or none. */
export function unless(isBad: boolean, measured: Words): Verdict {
  return isBad ? { is: "fail", problems: [{ resource: "", measured }] } : passed(measured);
}

const DAY_MS = 86_400_000;

export function days(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

export function duration(ms: number): Words {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? words(`${hours} h`, `${hours}시간`) : words(`${days(ms)} days`, `${days(ms)}일`);
}
