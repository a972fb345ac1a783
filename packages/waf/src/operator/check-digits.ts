type Digits = readonly number[];

const CARD_DIGITS_MAX = 19;

/** Luhn: every second digit from the right doubled, nines cast out, the sum a multiple of ten. */
export function checksCard(digits: Digits): boolean {
  if (digits.length === 0 || digits.length > CARD_DIGITS_MAX) return false;
  let sum = 0;
  for (const [at, digit] of digits.entries()) {
    const weight = (digits.length - at) % 2 === 0 ? 2 : 1;
    const product = digit * weight;
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === 0;
}

/** Nine digits and two check digits modulo eleven; a repeated digit is no number. */
export function checksCpf(digits: Digits): boolean {
  if (digits.length !== 11 || isRepeated(digits)) return false;
  return checkCpf(digits, 9) === digits[9] && checkCpf(digits, 10) === digits[10];
}

function checkCpf(digits: Digits, count: number): number {
  const rest = digits.slice(0, count).reduce((sum, digit, at) => sum + digit * (count + 1 - at), 0) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

/** Area, group and serial number, none of them zero; areas 666 and from 740 on are not given out; no row and no repetition. */
export function checksSsn(digits: Digits): boolean {
  if (digits.length !== 9 || isRepeated(digits)) return false;
  if (digits.every((digit, at) => at === 0 || digit === (digits[at - 1] ?? 0) + 1)) return false;
  const area = numberOf(digits.slice(0, 3));
  if (area === 0 || area === 666 || area >= 740) return false;
  return numberOf(digits.slice(3, 5)) !== 0 && numberOf(digits.slice(5)) !== 0;
}

/** Three digits, a check digit, the day of birth; the weighted sum modulo eleven. */
const SVNR_WEIGHTS: Digits = [3, 7, 9, 0, 5, 8, 4, 2, 1, 6];

export function checksSvnr(digits: Digits): boolean {
  if (digits.length !== SVNR_WEIGHTS.length || isRepeated(digits)) return false;
  const rest = digits.reduce((sum, digit, at) => sum + digit * (SVNR_WEIGHTS[at] ?? 0), 0) % 11;
  return digits[3] === rest % 10;
}

function isRepeated(digits: Digits): boolean {
  return digits.every((digit) => digit === digits[0]);
}

function numberOf(digits: Digits): number {
  return digits.reduce((number, digit) => number * 10 + digit, 0);
}
