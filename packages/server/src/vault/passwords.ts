import { timingSafeEqual } from "node:crypto";
import { type Clock, Fault, utf8 } from "../kit/index.ts";
import type { Argon2Parameters } from "./argon2.ts";
import type { Passwords } from "./contract.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type Hashing, hashing } from "./hashing.ts";
import type { Randomness } from "./random.ts";

const PASSWORD_BYTES_MAX = 1_024;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Each takes memory and a thread. Who has more cores has them for requests. */
const AT_ONCE_MAX = 4;
const WAITING_MAX = 32;
const WAITING_PER_LANE_MAX = 8;

/** OWASP Password Storage: argon2id with 19 MiB, two passes, one lane. */
const TODAY: Argon2Parameters = { memoryKiB: 19_456, passes: 2, lanes: 1 };
/** What a stored hash may ask for: a damaged row must not make the server spend gigabytes. */
const MOST: Argon2Parameters = { memoryKiB: 131_072, passes: 12, lanes: 4 };

interface Phc {
  readonly parameters: Argon2Parameters;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

interface PasswordsNeeds {
  readonly random: Randomness;
  readonly clock: Clock;
  /** Cores of the machine: one is always left for everything else, where there is more than one. */
  readonly cores: number;
  readonly hashing?: Hashing | undefined;
}

export function createPasswords({ random, clock, cores, hashing: argon2 = hashing }: PasswordsNeeds): Passwords {
  const limits = {
    atOnceMax: Math.min(AT_ONCE_MAX, Math.max(1, Math.floor(cores) - 1)),
    waitingMax: WAITING_MAX,
    waitingPerLaneMax: WAITING_PER_LANE_MAX,
  };
  const queue = createFairQueue({ limits, clock });
  const dummy: Phc = { parameters: TODAY, salt: random.bytes(SALT_BYTES), tag: random.bytes(TAG_BYTES) };

  function argon2id(lane: string, password: Uint8Array, { parameters, salt, tag }: Phc): Promise<Uint8Array> {
    return queue.run(lane, () => argon2(password, salt, parameters, tag.length));
  }

  async function hash(password: string, lane: string): Promise<string> {
    const bytes = utf8(password);
    if (bytes.length > PASSWORD_BYTES_MAX) throw new Fault("auth.weak_password", "A password has at most 1,024 bytes.");
    const made = { parameters: TODAY, salt: random.bytes(SALT_BYTES), tag: dummy.tag };
    return formatPhc({ ...made, tag: await argon2id(lane, bytes, made) });
  }

  async function verify(phc: string | undefined, password: string, lane: string): Promise<boolean> {
    const bytes = utf8(password);
    const stored = phc === undefined ? undefined : parsePhc(phc);
    const tooLong = bytes.length > PASSWORD_BYTES_MAX;
    // Nothing matches the dummy's random tag, but the work is the same: time does not tell which accounts exist.
    const expected = stored === undefined || tooLong ? dummy : stored;
    const tag = await argon2id(lane, tooLong ? bytes.subarray(0, PASSWORD_BYTES_MAX) : bytes, expected);
    return timingSafeEqual(tag, expected.tag) && expected !== dummy;
  }

  function isOutdated(phc: string): boolean {
    const parameters = parsePhc(phc)?.parameters;
    return parameters?.memoryKiB !== TODAY.memoryKiB || parameters.passes !== TODAY.passes || parameters.lanes !== TODAY.lanes;
  }

  return { hash, verify, isOutdated };
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/;

function formatPhc({ parameters, salt, tag }: Phc): string {
  return `$argon2id$v=19$m=${parameters.memoryKiB},t=${parameters.passes},p=${parameters.lanes}$${base64(salt)}$${base64(tag)}`;
}

function parsePhc(text: string): Phc | undefined {
  const [, memory, passes, lanes, salt, tag] = PHC.exec(text) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  const parameters = { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  const isUsable =
    isWithin(parameters.lanes, MOST.lanes) && isWithin(parameters.passes, MOST.passes) && isWithin(parameters.memoryKiB, MOST.memoryKiB);
  if (!isUsable || parameters.memoryKiB < 8 * parameters.lanes) return undefined;
  return { parameters, salt: new Uint8Array(Buffer.from(salt, "base64")), tag: new Uint8Array(Buffer.from(tag, "base64")) };
}

function isWithin(value: number, most: number): boolean {
  return value >= 1 && value <= most;
}

/** The PHC string format writes base64 without padding. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
