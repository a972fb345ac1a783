import assert from "node:assert/strict";
import { test } from "node:test";
import { createPasswordPolicy } from "../../src/identity/passwords/policy.ts";
import { isFault } from "../../src/kit/index.ts";

const context = { address: "grace.hopper@navy.example" };

async function verdict(policy: ReturnType<typeof createPasswordPolicy>, password: string): Promise<string> {
  try {
    await policy.require(password, context);
    return "taken";
  } catch (error) {
    if (!isFault(error)) throw error;
    const { reason, reasons } = error.detail;
    return Array.isArray(reasons) ? reasons.join() : String(reason);
  }
}

test("Holdfast takes long passwords of any kind, and refuses those that are tried first", async (t) => {
  const policy = createPasswordPolicy({ appName: "Clinic", secondFactor: "optional" });
  const rows: readonly (readonly [string, string])[] = [
    ["fourteen chars", "length"],
    ["fifteen charact", "pwned"],
    ["fog over 3 kilns", "taken"],
    ["seven purple lanterns hum", "taken"],
    ["correct horse battery staple", "taken"],
    ["all lower case and nothing else at all", "taken"],
    ["가나다라 마바사아 자차카타 파하", "taken"],
    ["🦊🌵🎻🧊🪐🛶🧵🪵🫖🦉🧭🪁🥁🧲🪕", "taken"],
    ["J8#kd9Lm!x02PqZtR5v", "taken"],
    ["3f2b8c1e-5d4a-4f6b-9e7c-1a2b3c4d5e6f is long", "taken"],
    [`${"seven purple lanterns ".repeat(40)}hum`.slice(0, 512), "taken"],
    ["aaaaaaaaaaaaaaaaaaaa", "pwned"],
    ["abcabcabcabcabcabc", "pwned"],
    ["abcdefghijklmnopqrst", "pwned"],
    ["zyxwvutsrqponmlkj", "pwned"],
    ["12345678901234567890", "pwned"],
    ["qwertyuiopasdfghjkl", "pwned"],
    ["1qaz2wsx3edc4rfv", "pwned"],
    ["passwordpassword", "pwned"],
    ["Password12345678", "pwned"],
    ["sunshineprincess!!", "pwned"],
    ["clinicclinicclinic", "pwned"],
    ["Clinicpassword1!", "pwned"],
    ["grace.hopper@navy.example", "pwned"],
    ["gracehopper2024", "pwned"],
    ["holdfastholdfast1", "pwned"],
    ["a".repeat(500), "pwned"],
    ["x".repeat(1_025), "validation_failed"],
    ["lone surrogate \ud800 here", "validation_failed"],
  ];
  for (const [password, expected] of rows)
    await t.test(password.slice(0, 40), async () => assert.equal(await verdict(policy, password), expected));
});

test("Holdfast asks for eight characters where a second factor is required, by the same lists", async (t) => {
  const policy = createPasswordPolicy({ appName: "Clinic", secondFactor: "required" });
  const rows: readonly (readonly [string, string])[] = [
    ["vj3!kQz", "length"],
    ["vj3!kQz#", "taken"],
    ["password", "pwned"],
    ["trustno1", "pwned"],
    ["qwertyui", "pwned"],
    ["clinic12", "pwned"],
    ["hopper99", "pwned"],
    ["11111111", "pwned"],
  ];
  for (const [password, expected] of rows) await t.test(password, async () => assert.equal(await verdict(policy, password), expected));
});

test("Holdfast looks at a bounded part of a password, however long it is", async () => {
  const seen: number[] = [];
  const strength = { guessesLog10: async (password: string) => seen.push(password.length), warm: async () => undefined };
  const blocklist = { has: async () => false, warm: async () => undefined };
  const policy = createPasswordPolicy({ appName: "Clinic", secondFactor: "optional", blocklist, strength });
  await policy.require(`${"seven purple lanterns ".repeat(40)}`, context).catch(() => undefined);
  const { createStrength } = await import("../../src/identity/passwords/strength.ts");
  const given: number[] = [];
  const bounded = createStrength(async () => (password) => ({ guessesLog10: given.push(password.length) }));
  await bounded.guessesLog10("x".repeat(1_024), []);
  assert.deepEqual([seen.length, given], [1, [24, 24]]);
});
