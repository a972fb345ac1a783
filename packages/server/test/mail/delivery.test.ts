import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import type { Letter } from "../../src/mail/contract.ts";
import { createTransport } from "../../src/mail/index.ts";
import { makeCertificate } from "../edge/make-certificate.ts";
import { type House, kinds, openHouse, refused, visit } from "../identity/house.ts";
import { LOGIN, readMessage, startMailServer } from "./mail-server.ts";
import { coded, deliveryOf, FROM, post, until, waiting } from "./post.ts";

const HOUR_MS = 3_600_000;

function because(house: House): readonly unknown[] {
  return house.events.flatMap((event) => ("because" in event ? [event.because] : []));
}

for (const security of ["tls", "starttls"] as const) {
  test(`Holdfast sends what waits over ${security}, signed in, in two parts, and keeps nothing of it`, async () => {
    await using house = await openHouse();
    await using server = await startMailServer({ security });
    await using delivery = deliveryOf(house, server.settings);
    await post(house, coded(house));
    await delivery.deliver();
    assert.deepEqual(server.log, ["connected", "login", "from no-reply@clinic.example", "to ada@example.org", "message"]);
    const { headers, text, html } = readMessage(server.received[0]?.raw ?? "");
    assert.deepEqual(
      ["from", "to", "reply-to", "subject", "auto-submitted"].map((name) => headers.get(name)),
      ["Clinic <no-reply@clinic.example>", "ada@example.org", "help@clinic.example", "Recover your account at Clinic", "auto-generated"],
    );
    assert.match(headers.get("message-id") ?? "", /^<[0-9a-f-]{36}@clinic\.example>$/);
    assert.equal(headers.has("x-mailer"), false);
    const link = "https://localhost:8443/auth/v1/verify#token_hash=abc&type=recovery";
    assert.ok(text.includes("12345678") && text.includes(link));
    assert.ok(html.includes("12345678") && html.includes(`href="${link.replace("&", "&amp;")}"`));
    assert.equal(await waiting(house), 0);
    assert.deepEqual(kinds(house.events), ["mail.sent"]);
    await delivery.deliver();
    assert.equal(server.received.length, 1);
  });
}

test("Holdfast tells its password and its letters to no server that it cannot trust", async (t) => {
  const trusted = makeCertificate(["localhost"]).cert;
  const rows = [
    ["another authority's certificate", {}, { authority: trusted }],
    ["a certificate for another name", { names: ["mail.example.com"] }, {}],
    ["another authority's certificate, after STARTTLS", { security: "starttls" }, { authority: trusted }],
    ["no STARTTLS", { security: "starttls", strips: true }, {}],
  ] as const;
  for (const [name, wishes, settings] of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      await using server = await startMailServer(wishes);
      await using delivery = deliveryOf(house, { ...server.settings, ...settings });
      await post(house);
      await delivery.deliver();
      assert.deepEqual([server.log.filter((line) => line !== "connected"), server.received, await waiting(house)], [[], [], 1]);
      assert.deepEqual(kinds(house.events), ["mail.down"]);
    });
  }
});

test("Holdfast keeps all letters while it is not let in, tries again later and later, and sends them when it is", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  const login = { ...LOGIN };
  await using delivery = deliveryOf(house, { ...server.settings, login });
  login.password = "wrong";
  await post(house);
  await post(house);
  const triesAfter = async (ms: number): Promise<number> => {
    const before = server.log.filter((line) => line === "wrong login").length;
    house.clock.advance(ms);
    await delivery.deliver();
    return server.log.filter((line) => line === "wrong login").length - before;
  };
  const first = await triesAfter(0);
  assert.ok(first >= 1 && first <= 2);
  assert.equal(await triesAfter(4_999), 0);
  assert.ok((await triesAfter(1)) > 0);
  assert.equal(await triesAfter(9_999), 0);
  for (let passed = 0; passed < HOUR_MS; passed += 300_000) await triesAfter(300_000);
  assert.deepEqual(because(house), ["login refused (535)"], "once, not at each try");
  assert.equal(await waiting(house), 2);
  login.password = LOGIN.password;
  await triesAfter(60_000);
  assert.equal(server.received.length, 2);
  assert.deepEqual(kinds(house.events), ["mail.down", "mail.sent", "mail.sent", "mail.up"]);
});

test("Holdfast sends again to a server that lets newcomers wait", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  await using delivery = deliveryOf(house, server.settings);
  let greyFrom: number | undefined;
  server.onRecipient = () => {
    greyFrom ??= house.clock.now();
    return house.clock.now() - greyFrom < 300_000 ? { responseCode: 451, message: "4.7.1 try again later" } : undefined;
  };
  await post(house, coded(house));
  for (let passed = 0; passed < 600_000; passed += 10_000) {
    await delivery.deliver();
    house.clock.advance(10_000);
  }
  assert.equal(server.received.length, 1, "a code that lives ten minutes passes five minutes of waiting");
  assert.deepEqual(kinds(house.events), ["mail.delayed", "mail.sent"]);
  assert.deepEqual(because(house), ["not accepted (451)"]);
});

test("Holdfast gives up a letter that is refused for good, and sends the others", async (t) => {
  const rows = [
    ["its reader", "onRecipient", 550, "mail.refused", "refused (550)"],
    ["its content", "onMessage", 554, "mail.refused", "refused (554)"],
    ["its sender, which may be mended", "onSender", 553, "mail.delayed", "sender not accepted (553)"],
  ] as const;
  for (const [name, hook, responseCode, kind, why] of rows) {
    await t.test(`by ${name}`, async () => {
      await using house = await openHouse();
      await using server = await startMailServer();
      await using delivery = deliveryOf(house, server.settings);
      let calls = 0;
      server[hook] = () => (calls++ === 0 ? { responseCode, message: "5.1.1 <ada@example.org> unknown" } : undefined);
      await post(house);
      await delivery.deliver();
      await post(house, { to: "eve@example.org" });
      await delivery.deliver();
      assert.deepEqual(server.received.map(({ to }) => to), [["eve@example.org"]]); // biome-ignore format: one line
      assert.deepEqual([kinds(house.events), because(house)], [[kind, "mail.sent"].sort(), [why]]);
      assert.equal(await waiting(house), kind === "mail.refused" ? 0 : 1);
    });
  }
});

test("Holdfast does not wait for a server that hangs, at whatever moment it does", async (t) => {
  const greeting = "220 slow ESMTP\r\n";
  for (const [name, first] of [
    ["says nothing", ""],
    ["greets and says nothing more", greeting],
  ] as const) {
    // biome-ignore format: a table
    await t.test(`and ${name}`, async () => {
      await using house = await openHouse();
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        if (first !== "") socket.write(first);
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const bound = server.address();
      assert.ok(typeof bound === "object" && bound !== null);
      const settings = { host: "127.0.0.1", port: bound.port, security: "starttls", login: LOGIN } as const;
      await using delivery = deliveryOf(house, settings, { letterMsMax: 200 });
      await post(house);
      await delivery.deliver();
      assert.deepEqual([because(house), await waiting(house)], [["too slow"], 1]);
      server.close();
    });
  }
  await t.test("and drips answers", async () => {
    await using house = await openHouse();
    const timers = new Set<NodeJS.Timeout>();
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      timers.add(setInterval(() => socket.write("2"), 20));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const bound = server.address();
    assert.ok(typeof bound === "object" && bound !== null);
    const settings = { host: "127.0.0.1", port: bound.port, security: "starttls", login: LOGIN } as const;
    await using delivery = deliveryOf(house, settings, { letterMsMax: 200 });
    await post(house);
    await delivery.deliver();
    assert.deepEqual(because(house), ["too slow"]);
    for (const timer of timers) clearInterval(timer);
    server.close();
  });
});

test("Holdfast sends no code that has ended, says so, and keeps a notice for three days", async () => {
  await using house = await openHouse();
  await using delivery = deliveryOf(house, { host: "127.0.0.1", port: 1, security: "tls", login: LOGIN });
  await post(house, coded(house));
  await post(house);
  await delivery.deliver();
  house.clock.advance(600_000);
  await delivery.deliver();
  assert.deepEqual([await waiting(house), kinds(house.events)], [1, ["mail.down", "mail.refused"]]);
  assert.equal(because(house).at(-1), "its time was over");
  house.clock.advance(3 * 24 * HOUR_MS - 600_001);
  await delivery.deliver();
  assert.equal(await waiting(house), 1);
  house.clock.advance(1);
  await delivery.deliver();
  assert.equal(await waiting(house), 0);
});

test("Holdfast sends after a restart what was waiting before, in the commit that caused it and not without it", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  const letter: Letter = {
    to: "ada@example.org",
    account: house.vault.newId(),
    purpose: "password-changed",
    at: house.clock.now(),
    language: "ko",
    code: undefined,
    url: undefined,
    until: undefined,
    device: undefined,
  };
  const refused = { do: "expect", table: "mail.outbox", where: { op: "all", of: [] }, rows: 99 } as const;
  await house.store.commit({ steps: [...house.outbox.post(undefined, letter).steps, refused] });
  assert.equal(await waiting(house), 0, "what does not happen is not told");
  await house.store.commit({ steps: house.outbox.post(undefined, letter).steps });
  await using delivery = deliveryOf(house, server.settings);
  await delivery.deliver();
  assert.match(readMessage(server.received[0]?.raw ?? "").headers.get("subject") ?? "", /비밀번호가 변경되었습니다/);
});

test("Holdfast never sends the decoys that hide who is written to", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  await using delivery = deliveryOf(house, server.settings);
  const { steps, done } = house.outbox.decoy(undefined);
  await house.store.commit({ steps });
  done();
  assert.equal(await waiting(house), 1);
  await delivery.deliver();
  assert.deepEqual([await waiting(house), server.log, house.events], [0, [], []]);
});

test("Holdfast seals letters where they wait, and gives up one that was moved or altered without holding up the others", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  await using delivery = deliveryOf(house, server.settings);
  await post(house, coded(house));
  const everything = { table: "mail.outbox", columns: ["id", "sealed", "row_version"], where: { op: "all", of: [] } } as const;
  const [row] = await house.store.view((view) => view.read(everything));
  const [id, sealed, version] = row ?? [];
  assert.ok(id instanceof Uint8Array && sealed instanceof Uint8Array && typeof version === "number");
  for (const secret of ["ada@example.org", "12345678", "token_hash"]) assert.ok(!Buffer.from(sealed).includes(secret));
  const altered = Uint8Array.from(sealed, (byte, at) => (at === sealed.length - 1 ? byte ^ 1 : byte));
  await house.store.commit({ steps: [{ do: "update", table: "mail.outbox", key: [id], version, set: { sealed: altered } }] });
  await post(house);
  await delivery.deliver();
  assert.deepEqual([server.received.length, await waiting(house), because(house)], [1, 0, ["the letter cannot be opened"]]);
});

test("Holdfast does not send a letter twice because it cannot be crossed off", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  let isFull = true;
  const store = new Proxy(house.store, {
    get(target, name) {
      if (name === "commit" && isFull) return () => Promise.reject(new Error("disk full"));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await using delivery = deliveryOf(house, server.settings, { store });
  await post(house);
  for (let turn = 0; turn < 3; turn++) await assert.rejects(delivery.deliver(), /disk full/);
  isFull = false;
  await delivery.deliver();
  assert.deepEqual([server.received.length, await waiting(house)], [1, 0]);
});

test("Holdfast lets no address add a header, a reader or a command", async (t) => {
  const rows = [
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org>\r\nRCPT TO:<eve@example.org",
    "ada@example.org, eve@example.org",
    "a b@example.org",
    "\u0000@example.org",
    "<ada@example.org>",
  ];
  for (const to of rows) {
    await t.test(JSON.stringify(to), async () => {
      await using house = await openHouse();
      await assert.rejects(post(house, { to }));
      await using server = await startMailServer();
      // Past the first wall, the second still stands.
      const send = createTransport({ server: server.settings, from: FROM, replyTo: undefined });
      await send({ id: "x", to, subject: "a\r\nBcc: eve@example.org", text: "t", html: "<p>t</p>", at: house.clock.now() });
      for (const { raw, to: readers } of server.received) {
        assert.ok(
          readers.every((reader) => reader !== "eve@example.org"),
          String(readers),
        );
        assert.equal(readMessage(raw).headers.has("bcc"), false);
      }
      assert.ok(server.log.every((line) => line !== "to eve@example.org"));
    });
  }
});

test("Holdfast sends by itself what is put into the outbox", async () => {
  await using house = await openHouse();
  await using server = await startMailServer();
  await using delivery = deliveryOf(house, server.settings);
  delivery.start();
  const names = ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org", "f@example.org"];
  await Promise.all(names.map((to) => post(house, { to })));
  while ((await waiting(house)) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(server.received.flatMap(({ to }) => to).toSorted(), names);
  assert.deepEqual(delivery.complaints, []);
});

test("Holdfast takes no more letters with codes than it can keep, says so to everybody alike, and still takes notices", async () => {
  await using house = await openHouse({ mail: "outbox" });
  await using delivery = deliveryOf(house, { host: "127.0.0.1", port: 1, security: "tls", login: LOGIN });
  await signUpLater(house, 10_500);
  const before = await visit(house, { loopback: false });
  assert.equal(house.outbox.reaches(before), true);
  delivery.start();
  await until(() => !house.outbox.reaches(before));
  for (const address of ["ada@example.org", "nobody@example.org"])
    assert.equal(await refused(house.identity.sendCode(before, { purpose: "recovery", address })), "email_provider_disabled");
  assert.equal(house.identity.signUpFor(before), "disabled");
  await post(house);
  assert.deepEqual(
    delivery.complaints.filter((cause) => !(cause instanceof Error && "code" in cause)),
    [],
    "however many wait, each look goes through an index",
  );
  await delivery[Symbol.asyncDispose]();
  const letters = await house.store.view((view) =>
    view.read({
      table: "mail.outbox",
      columns: ["id"],
      where: { op: "compare", sense: "is", column: "due_at", by: "gte", value: 0 },
      limit: 20_000,
    }),
  );
  assert.equal(letters.length, 10_501);
});

async function signUpLater(house: House, count: number): Promise<void> {
  for (let made = 0; made < count; made += 500) {
    const steps = Array.from({ length: 500 }, () => house.outbox.decoy(undefined).steps).flat();
    await house.store.commit({
      steps: steps.map((step) => (step.do === "insert" ? { ...step, row: { ...step.row, due_at: 8e15 } } : step)),
    });
  }
}

test("Holdfast does not hold up its end for a mail server that hangs", async () => {
  await using house = await openHouse();
  const server = createServer((socket) => socket.on("error", () => undefined));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  assert.ok(typeof bound === "object" && bound !== null);
  const delivery = deliveryOf(house, { host: "127.0.0.1", port: bound.port, security: "starttls", login: LOGIN }, { letterMsMax: 60_000 });
  await post(house);
  delivery.start();
  await once(server, "connection");
  await delivery[Symbol.asyncDispose]();
  server.close();
  assert.deepEqual([await waiting(house), house.events], [1, []]);
});
