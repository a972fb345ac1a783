import { WORDS } from "/words.js";

const PAGE_ROWS = 20;
const { publishableKey } = await (await fetch("/connect.json")).json();
const client = globalThis.supabase.createClient(location.origin, publishableKey);

const element = (id) => document.getElementById(id);
const sections = ["entrance", "second-factor", "recovery", "ward"];
let language = navigator.language.startsWith("ko") ? "ko" : "en";
let pendingFactor;

function say(text) {
  element("message").textContent = text ?? "";
}

function speak() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = words[node.dataset.text];
}

function show(name) {
  for (const section of sections) element(section).hidden = section !== name;
  element("sign-out").hidden = name === "entrance";
}

/** Runs a step of the page; what the server refuses is said to the person in the server's own sentence. */
async function attempt(work) {
  say("");
  const error = await work().catch((thrown) => thrown);
  if (error) say(error.message);
}

/** Where a person stands: signed out, owing a factor, or in. */
async function arrive() {
  const { data } = await client.auth.getSession();
  if (!data.session) return show("entrance");
  const level = await client.auth.mfa.getAuthenticatorAssuranceLevel();
  if (level.data?.nextLevel === "aal2" && level.data.currentLevel !== "aal2") {
    const factors = await client.auth.mfa.listFactors();
    pendingFactor = factors.data?.totp[0]?.id;
    element("enrolment").hidden = true;
    return show("second-factor");
  }
  show("ward");
  return listPatients();
}

async function listPatients(nationalId) {
  let query = client.from("patients").select("id,name,national_id,status", { count: "exact" });
  if (nationalId) query = query.eq("national_id", nationalId);
  const { data, count, error } = await query.order("created_at", { ascending: false }).limit(PAGE_ROWS);
  if (error) return error;
  element("patients").replaceChildren(...data.map(patientRow));
  element("count").textContent = WORDS[language].count(data.length, count);
}

function patientRow(patient) {
  const row = document.createElement("tr");
  for (const text of [patient.name, patient.national_id, patient.status]) {
    row.append(Object.assign(document.createElement("td"), { textContent: text ?? "" }));
  }
  const discharge = Object.assign(document.createElement("button"), { textContent: WORDS[language].discharge, className: "quiet" });
  discharge.hidden = patient.status === "discharged";
  discharge.addEventListener("click", () =>
    attempt(async () => {
      const { error } = await client.from("patients").update({ status: "discharged" }).eq("id", patient.id);
      return error ?? listPatients();
    }),
  );
  const cell = document.createElement("td");
  cell.append(discharge);
  row.append(cell);
  return row;
}

const doors = {
  "sign-in": (credentials) => client.auth.signInWithPassword(credentials),
  "sign-up": (credentials) => client.auth.signUp(credentials),
};

element("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  attempt(async () => {
    const { data, error } = await doors[event.submitter?.value ?? "sign-in"]({ email, password });
    if (error) return error;
    if (!data.session) return say(WORDS[language].checkMail);
    return arrive();
  });
});

element("enrol").addEventListener("click", () =>
  attempt(async () => {
    const { data, error } = await client.auth.mfa.enroll({ factorType: "totp" });
    if (error) return error;
    pendingFactor = data.id;
    element("qr").src = data.totp.qr_code;
    element("totp-secret").textContent = data.totp.secret;
    element("enrolment").hidden = false;
    show("second-factor");
  }),
);

element("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const code = new FormData(event.target).get("code");
    const { data, error } = await client.auth.mfa.challengeAndVerify({ factorId: pendingFactor, code });
    if (error) return error;
    event.target.reset();
    element("qr").removeAttribute("src");
    element("totp-secret").textContent = "";
    if (data.recovery_codes) return showRecoveryCodes(data.recovery_codes);
    await arrive();
    say(WORDS[language].factorReady);
  });
});

/** Shown this once. The client has saved the whole answer as its session: a refresh replaces it with one without the codes. */
async function showRecoveryCodes(codes) {
  element("recovery-codes").replaceChildren(...codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })));
  show("recovery");
  const { error } = await client.auth.refreshSession();
  return error;
}

element("kept").addEventListener("click", () =>
  attempt(async () => {
    element("recovery-codes").replaceChildren();
    await arrive();
    say(WORDS[language].factorReady);
  }),
);

element("patient-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const { data } = await client.auth.getUser();
    const roles = data.user?.app_metadata.roles ?? [];
    if (!roles.includes("doctor")) return new Error(WORDS[language].noRole);
    const patient = { ...Object.fromEntries(new FormData(event.target)), status: "active", doctor: data.user.id };
    const { error } = await client.from("patients").insert(patient);
    if (error) return error;
    event.target.reset();
    await listPatients();
    say(WORDS[language].added);
  });
});

element("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => listPatients(new FormData(event.target).get("national_id")));
});

element("sign-out").addEventListener("click", () =>
  attempt(async () => {
    await client.auth.signOut({ scope: "local" });
    await arrive();
  }),
);

element("language").addEventListener("click", () => {
  language = language === "en" ? "ko" : "en";
  speak();
});

speak();
await arrive();
