import { WORDS } from "./words.js";

/** What is shown, from which address, and how. A new report is one row here and one section in the page. */
const REPORTS = { alerts, audit, backups, trail, counters, protections };
const REFRESH_MS = 5_000;
const FINDINGS_SHOWN = 8;
const COUNTERS_SHOWN = 14;
const SEVERITIES = ["critical", "high", "medium", "low"];

// The tokens live in this page alone: closing it forgets them.
let session;
let factor;
let language = navigator.language.startsWith("ko") ? "ko" : "en";
let shown = {};
let timer;

const byId = (id) => document.getElementById(id);
const word = (key) => WORDS[language][key] ?? key;

/** What goes wrong on the way is said, and not lost. */
function on(id, event, work) {
  byId(id).addEventListener(event, (happening) => {
    happening.preventDefault();
    Promise.resolve(work(happening)).catch(() => say("unreachable"));
  });
}

const { publishableKey } = await (await fetch("/connect.json")).json();

async function ask(method, path, body) {
  const headers = { apikey: publishableKey };
  if (session !== undefined) headers.authorization = `Bearer ${session.access_token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, data: text === "" ? {} : JSON.parse(text) };
}

on("sign-in", "submit", async (event) => {
  const fields = new FormData(event.target);
  const { status, data } = await ask("POST", "/auth/v1/token?grant_type=password", {
    email: fields.get("email"),
    password: fields.get("password"),
  });
  if (status !== 200) return say(data.msg ?? data.message);
  event.target.reset();
  session = data;
  await showFactor();
});

/** Operators always show a second factor; one who has none yet enrols it here. */
async function showFactor() {
  const verified = (session.user.factors ?? []).find(({ status, factor_type: type }) => status === "verified" && type === "totp");
  factor = verified?.id;
  const picture = byId("factor-picture");
  const secret = byId("factor-secret");
  picture.hidden = secret.hidden = verified !== undefined;
  if (verified === undefined) {
    const { status, data } = await ask("POST", "/auth/v1/factors", { factor_type: "totp", friendly_name: "operator" });
    if (status !== 200) return say(data.msg ?? data.message);
    factor = data.id;
    picture.src = data.totp.qr_code.startsWith("data:")
      ? data.totp.qr_code
      : `data:image/svg+xml;utf-8,${encodeURIComponent(data.totp.qr_code)}`;
    secret.textContent = data.totp.secret;
  }
  byId("factor-hint").dataset.text = verified === undefined ? "enrolHint" : "codeHint";
  say("");
  show("factor");
  byId("factor").querySelector("input").focus();
}

on("factor", "submit", async (event) => {
  const code = new FormData(event.target).get("code").replaceAll(" ", "");
  const challenge = await ask("POST", `/auth/v1/factors/${factor}/challenge`, {});
  const { status, data } = await ask("POST", `/auth/v1/factors/${factor}/verify`, { challenge_id: challenge.data.id, code });
  event.target.reset();
  if (status !== 200) return say(data.msg ?? data.message);
  session = data;
  say("");
  if (data.recovery_codes === undefined) return open();
  byId("recovery-codes").replaceChildren(...data.recovery_codes.map((each) => make("li", each)));
  show("recovery");
});

on("kept", "click", () => {
  byId("recovery-codes").replaceChildren();
  return open();
});

async function open() {
  show("desk");
  await refresh();
}

on("sign-out", "click", async () => {
  await ask("POST", "/auth/v1/logout?scope=local", {});
  leave("");
});

on("language", "click", () => {
  language = language === "en" ? "ko" : "en";
  speak();
});

function leave(sentence) {
  clearTimeout(timer);
  session = undefined;
  shown = {};
  say(sentence);
  show("sign-in");
}

async function refresh() {
  clearTimeout(timer);
  try {
    if (session.expires_at * 1_000 - Date.now() < 60_000) await renew();
    const names = Object.keys(REPORTS);
    const answers = await Promise.all(names.map((name) => ask("GET", `/operator/v1/${name}`)));
    if (answers.some(({ status }) => status === 403)) return leave("wrongAccount");
    if (answers.some(({ status }) => status === 401)) return leave("ended");
    shown = Object.fromEntries(names.map((name, at) => [name, answers[at]]));
    shown.asOf = new Date();
    say("");
  } catch {
    say("unreachable");
  }
  draw();
  timer = setTimeout(() => void refresh(), REFRESH_MS);
}

async function renew() {
  const { status, data } = await ask("POST", "/auth/v1/token?grant_type=refresh_token", { refresh_token: session.refresh_token });
  if (status === 200) session = data;
}

/** A key of the words, or a sentence of the server. */
function say(sentence) {
  byId("message").dataset.says = sentence ?? "";
  byId("message").textContent = word(sentence ?? "");
}

function show(part) {
  for (const id of ["sign-in", "factor", "recovery", "desk"]) byId(id).hidden = id !== part;
  byId("sign-out").hidden = session === undefined;
  speak();
}

function speak() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = word(element.dataset.text);
  say(byId("message").dataset.says);
  draw();
}

function draw() {
  byId("as-of").textContent = shown.asOf === undefined ? "" : `${word("asOf")} ${time(shown.asOf)}`;
  for (const [name, print] of Object.entries(REPORTS)) {
    const answer = shown[name];
    if (answer === undefined) continue;
    const body = answer.status === 200 ? print(answer.data) : [line("notYet")];
    byId(name).replaceChildren(make("h2", word(name)), ...body);
  }
}

function alerts({ alerts: list, detections }) {
  const titles = new Map(detections.map(({ name, title }) => [name, title[language]]));
  if (list.length === 0) return [line("noAlerts", "good")];
  const rows = list.map(({ detection, severity, sentence, count, lastAt, state }) => [
    make("span", word(severity), `tag ${severity}`),
    spread(make("strong", titles.get(detection) ?? detection), document.createElement("br"), sentence),
    count,
    time(lastAt),
    word(state),
  ]);
  return [table(["severity", "what", "count", "last", "state"], rows)];
}

function audit({ report: { grade, at, findings } }) {
  const open = findings
    .filter(({ status, waiver }) => (status === "fail" || status === "error") && waiver === null)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const facts = pairs([
    ["grade", make("strong", grade, `grade ${grade}`)],
    ["open", open.length],
    ["ran", time(at)],
  ]);
  const rows = open
    .slice(0, FINDINGS_SHOWN)
    .map(({ severity, title, resource }) => [make("span", word(severity), `tag ${severity}`), `${title[language]} (${resource})`]);
  return open.length === 0 ? [facts] : [facts, table(["severity", "finding"], rows)];
}

function backups({ target, backups: list, lastDrill, backupDueAt, drillDueAt }) {
  const newest = list.toSorted((a, b) => (a.madeAt < b.madeAt ? 1 : -1))[0];
  const drill = lastDrill ?? undefined;
  const outcome = drill && make("span", word(drill.passed ? "passed" : "failed"), drill.passed ? "good" : "bad");
  return [
    pairs([
      ["lastBackup", newest === undefined ? word("notYet") : time(newest.madeAt)],
      ["lastDrill", drill === undefined ? word("notYet") : spread(outcome, ` ${time(drill.at)}`)],
      ...(drill?.passed
        ? [
            ["took", seconds(drill.elapsedMs)],
            ["lost", seconds(drill.lossMs ?? 0)],
          ]
        : []),
      ["nextBackup", time(backupDueAt)],
      ["nextDrill", time(drillDueAt)],
      ["goTo", target],
    ]),
  ];
}

function trail({ entries, root }) {
  return [
    pairs([
      ["entries", number(entries)],
      ["root", make("code", root)],
    ]),
  ];
}

function counters({ status, counters: list }) {
  const state = make("p", word(status.state), status.state === "watching" ? "good" : "bad");
  const rows = list
    .toSorted((a, b) => b.lastHour - a.lastHour || b.total - a.total)
    .slice(0, COUNTERS_SHOWN)
    .map(({ kind, lastMinute, lastHour, total }) => [make("code", kind), number(lastMinute), number(lastHour), number(total)]);
  return [state, table(["event", "minute", "hour", "total"], rows)];
}

function protections(list) {
  return [pairs(list.map(({ name, says }) => [`guard ${name}`, says]))];
}

/** Everything below makes elements: no text ever becomes markup. */
function make(tag, text, className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function spread(...parts) {
  const element = document.createElement("span");
  element.append(...parts);
  return element;
}

function line(key, className = "quiet") {
  return make("p", word(key), className);
}

function pairs(list) {
  const element = document.createElement("dl");
  for (const [key, value] of list) {
    const cell = document.createElement("dd");
    cell.append(value);
    element.append(make("dt", word(key)), cell);
  }
  return element;
}

function table(heads, rows) {
  const element = document.createElement("table");
  const head = element.createTHead().insertRow();
  for (const key of heads) head.append(make("th", word(key)));
  const body = element.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().append(value);
  }
  return element;
}

function time(at) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

function seconds(ms) {
  return new Intl.NumberFormat(language, { style: "unit", unit: "second", maximumFractionDigits: 1 }).format(ms / 1_000);
}

show("sign-in");
