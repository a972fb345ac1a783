import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import {
  COLLECTION_VALUE_BYTES_MAX,
  COLLECTIONS_BYTES_MAX,
  COLLECTIONS_MAX,
  createCollections,
  VARIABLES_PER_COLLECTION_MAX,
} from "../../src/engine/collections.ts";
import { createWaf } from "../../src/engine/index.ts";
import { rulesOf, send } from "./send.ts";

function clock(): { now: () => number; pass(ms: number): void } {
  let ms = 1_000_000;
  return {
    now: () => ms,
    pass(by) {
      ms += by;
    },
  };
}

const RULES = `SecCollectionTimeout 600
SecAction "id:1,phase:1,pass,initcol:ip=%{REMOTE_ADDR},setvar:ip.count=+1,expirevar:ip.count=60"
SecRule IP:count "@ge 3" "id:2,phase:1,deny,status:429"
SecRule IP:IS_NEW "@eq 1" "id:3,phase:1,pass"`;

test("The firewall remembers across requests, by key, until a variable expires", () => {
  const time = clock();
  const waf = createWaf({ rules: rulesOf(RULES), now: time.now, newId: () => "x" });
  const act = (): string => {
    const { verdict } = send(waf);
    return verdict.act === "refuse" ? String(verdict.status) : verdict.act;
  };
  deepEqual([act(), act(), act()], ["allow", "allow", "429"]);
  time.pass(59_999);
  equal(act(), "429");
  time.pass(60_000);
  deepEqual([act(), act(), act()], ["allow", "allow", "429"]);
});

test("The firewall tells a new collection from a known one", () => {
  const time = clock();
  const waf = createWaf({ rules: rulesOf(RULES), now: time.now, newId: () => "x" });
  deepEqual([send(waf).ids, send(waf).ids], [[1, 3], [1]]);
  time.pass(600_001);
  deepEqual(send(waf).ids, [1, 3]);
});

test("The firewall writes nothing into a collection that no rule opened", () => {
  const rules = `SecAction "id:1,phase:1,pass,setvar:ip.a=1,expirevar:ip.a=5"\nSecRule &IP:a "@eq 1" "id:2,phase:1,pass"`;
  deepEqual(send(createWaf({ rules: rulesOf(rules), now: () => 0, newId: () => "x" })).ids, [1]);
});

test("The firewall sets, reads and forgets variables of a collection without regard to case", () => {
  const time = clock();
  const collection = createCollections({ now: time.now, timeoutSeconds: 60 }).open("IP", "k");
  collection.set("Count", "1");
  equal(collection.get("cOUNT"), "1");
  equal(collection.get("KEY"), "k");
  equal(collection.get("UPDATE_COUNTER"), "1");
  collection.expire("count", 5);
  time.pass(4_999);
  deepEqual(
    collection.entries().map(({ key, value }) => [key, value]),
    [["count", "1"]],
  );
  time.pass(1);
  deepEqual(collection.entries(), []);
  equal(collection.get("count"), undefined);
});

test("The firewall keeps two collections of one key apart by their kind", () => {
  const collections = createCollections({ now: () => 0, timeoutSeconds: 60 });
  collections.open("IP", "k").set("a", "1");
  equal(collections.open("SESSION", "k").get("a"), undefined);
  equal(collections.open("IP", "k").get("a"), "1");
});

test("The firewall holds no more than it may, whoever sends a million keys", () => {
  const collections = createCollections({ now: () => 0, timeoutSeconds: 60 });
  for (let number = 0; number < 1_000_000; number += 1) collections.open("IP", `address ${number}`);
  ok(collections.size.collections <= COLLECTIONS_MAX);
  ok(collections.size.bytes <= COLLECTIONS_BYTES_MAX);
});

test("The firewall holds no more bytes than it may, whatever is written", () => {
  const collections = createCollections({ now: () => 0, timeoutSeconds: 60 });
  const value = "x".repeat(100_000);
  for (let number = 0; number < 200; number += 1) {
    const collection = collections.open("SESSION", `session ${number}`);
    for (let name = 0; name < VARIABLES_PER_COLLECTION_MAX + 10; name += 1) collection.set(`name ${name}`, value);
    ok(collection.entries().length <= VARIABLES_PER_COLLECTION_MAX);
    equal(collection.get("name 0")?.length, COLLECTION_VALUE_BYTES_MAX);
  }
  ok(collections.size.bytes <= COLLECTIONS_BYTES_MAX);
});

test("The firewall counts the bytes of what it forgets back to nothing", () => {
  const collections = createCollections({ now: () => 0, timeoutSeconds: 60 });
  const collection = collections.open("IP", "k");
  const empty = collections.size.bytes;
  for (let round = 0; round < 10; round += 1) {
    collection.set("a", "long ".repeat(round));
    collection.unset("a");
  }
  equal(collections.size.bytes, empty);
});

test("The firewall lets a request go on with a collection that was forgotten meanwhile", () => {
  const collections = createCollections({ now: () => 0, timeoutSeconds: 60 });
  const held = collections.open("IP", "held");
  for (let number = 0; number < COLLECTIONS_MAX + 1; number += 1) collections.open("IP", String(number));
  const before = collections.size.bytes;
  held.set("a", "1");
  equal(held.get("a"), "1");
  equal(collections.size.bytes, before);
});
