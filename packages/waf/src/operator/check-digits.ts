// Numbers with a check digit: what else stands in a candidate (blanks, dots, dashes) says nothing.
import { DIGITS } from "../text/index.ts";

type Digits = readonly number[];

const CARD_DIGITS_MAX = 19;

/** Luhn (ISO/IEC 7812-1): every second digit from the right doubled, nines cast out, the sum a multiple of ten. */
export function checksCard(candidate: string): boolean {
  const digits = digitsOf(candidate);
  if (digits.length === 0 || digits.length > CARD_DIGITS_MAX) return false;
  let sum = 0;
  for (const [at, digit] of digits.entries()) {
    const product = (digits.length - at) % 2 === 0 ? 2 * digit : digit;
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === 0;
}

/** CPF of Brazil: nine digits and two check digits modulo eleven; a repeated digit is no number. */
export function checksCpf(candidate: string): boolean {
  const digits = digitsOf(candidate);
  if (digits.length !== 11 || isRepeated(digits)) return false;
  return cpfDigit(digits, 9) === digits[9] && cpfDigit(digits, 10) === digits[10];
}

function cpfDigit(digits: Digits, count: number): number {
  const rest = digits.slice(0, count).reduce((sum, digit, at) => sum + digit * (count + 1 - at), 0) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

/** SSN of the United States: area, group and serial number, none of them zero; areas 666 and from 740 on are not given out; no row and no repetition. */
export function checksSsn(candidate: string): boolean {
  const digits = digitsOf(candidate);
  if (digits.length !== 9 || isRepeated(digits)) return false;
  if (digits.every((digit, at) => at === 0 || digit === (digits[at - 1] ?? 0) + 1)) return false;
  const area = numberOf(digits.slice(0, 3));
  if (area === 0 || area === 666 || area >= 740) return false;
  return numberOf(digits.slice(3, 5)) !== 0 && numberOf(digits.slice(5)) !== 0;
}

/** SVNR of Austria: three digits, a check digit modulo eleven, the day of birth. */
export function checksSvnr(candidate: string): boolean {
  const digits = digitsOf(candidate);
  if (digits.length !== SVNR_WEIGHTS.length || isRepeated(digits)) return false;
  const rest = digits.reduce((sum, digit, at) => sum + digit * (SVNR_WEIGHTS[at] ?? 0), 0) % 11;
  return digits[3] === rest % 10;
}

const SVNR_WEIGHTS: Digits = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];

/** RUT of Chile: up to eight digits and a check digit modulo eleven, where ten is written `K`. */
export function checksRut(candidate: string): boolean {
  const marks = candidate.replace(/[^0-9Kk]/g, "");
  const body = digitsOf(marks.slice(0, -1));
  if (body.length < RUT_DIGITS_MIN || body.length > RUT_DIGITS_MAX || body.length !== marks.length - 1) return false;
  const sum = body.reduceRight((total, digit, at) => total + digit * (2 + ((body.length - 1 - at) % 6)), 0);
  return "0K987654321"[sum % 11] === marks.slice(-1).toUpperCase();
}

const RUT_DIGITS_MIN = 7;
const RUT_DIGITS_MAX = 8;

function isRepeated(digits: Digits): boolean {
  return digits.every((digit) => digit === digits[0]);
}

function numberOf(digits: Digits): number {
  return digits.reduce((number, digit) => number * 10 + digit, 0);
}

function digitsOf(text: string): Digits {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at++) if (DIGITS[text.charCodeAt(at)] === 1) digits.push(text.charCodeAt(at) - 0x30);
  return digits;
}
