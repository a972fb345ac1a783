/** What the page of letters is made of, as it is sent. Nothing of a request is in it, and it writes text only, never markup. */
export function pageParts(publishableKey: string): Readonly<Record<"" | "/page.js" | "/page.css", string>> {
  return { "": MARKUP, "/page.js": `const apikey = ${JSON.stringify(publishableKey)};\n${WORDS}\n${SCRIPT}`, "/page.css": STYLE };
}

const MARKUP = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>…</title>
<link rel="stylesheet" href="/auth/v1/verify/page.css">
<script type="module" src="/auth/v1/verify/page.js"></script>
</head>
<body>
<main>
<h1 id="title"></h1>
<p id="told" role="status"></p>
<form id="form">
<p id="passwords" hidden><label for="password" id="passwordLabel"></label><input id="password" type="password" autocomplete="new-password" maxlength="1024"></p>
<p id="factors" hidden><label for="factor" id="factorLabel"></label><input id="factor" autocomplete="one-time-code" maxlength="40"></p>
<p><button id="go"></button></p>
</form>
</main>
</body>
</html>
`;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 28rem; margin: 12vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
label { display: block; margin-bottom: 0.25rem; }
input, button { font: inherit; padding: 0.5rem 0.75rem; box-sizing: border-box; }
input { width: 100%; }
[hidden] { display: none; }
`;

const WORDS = `const words = {
  en: {
    signup: ["Confirm your address", "Confirm", "Your address is confirmed. Go back to the app and sign in."],
    invite: ["Accept the invitation", "Accept", "Your password is set. Go back to the app and sign in."],
    recovery: ["Recover your account", "Go on", "Your password is set. Go back to the app and sign in."],
    email_change: ["Agree to the change of your address", "Agree", "Thank you."],
    ask: "Press the button only if you asked for this.",
    choose: "Choose a password.", password: "New password", factor: "Code of your second factor, or a recovery code", save: "Save",
    waiting: "Confirmed. The other address has a letter too and must agree as well.",
    changed: "The address of your account is changed.",
    unknown: "This link is not complete. Open the whole link of the letter, or type its code in the app.",
    failed: "This did not work: ", lost: "The server could not be reached. Try again.",
    reasons: {
      otp_expired: "the link is not right, was used, or has ended. Ask for a new letter in the app.",
      weak_password: "the password is too short or too easy to guess.",
      insufficient_aal: "a second factor must be set up first. Ask for a new letter in the app, and type its code there.",
      same_password: "the new password is the old one.",
      mfa_verification_failed: "the code of the second factor is not right. Wait for the next one and try again.",
      over_request_rate_limit: "too many tries. Wait a minute and try again.",
    },
  },
  ko: {
    signup: ["이메일 주소 확인", "확인", "주소가 확인되었습니다. 앱으로 돌아가 로그인해 주세요."],
    invite: ["초대 수락", "수락", "비밀번호가 설정되었습니다. 앱으로 돌아가 로그인해 주세요."],
    recovery: ["계정 복구", "계속", "비밀번호가 설정되었습니다. 앱으로 돌아가 로그인해 주세요."],
    email_change: ["이메일 주소 변경 동의", "동의", "감사합니다."],
    ask: "본인이 요청한 경우에만 버튼을 눌러 주세요.",
    choose: "비밀번호를 정해 주세요.", password: "새 비밀번호", factor: "2단계 인증 코드 또는 복구 코드", save: "저장",
    waiting: "확인되었습니다. 다른 주소로도 메일을 보냈으며 그 주소도 동의해야 합니다.",
    changed: "계정의 이메일 주소가 변경되었습니다.",
    unknown: "링크가 완전하지 않습니다. 메일의 링크 전체를 열거나 앱에서 코드를 입력해 주세요.",
    failed: "처리하지 못했습니다: ", lost: "서버에 연결할 수 없습니다. 다시 시도해 주세요.",
    reasons: {
      otp_expired: "링크가 올바르지 않거나 이미 쓰였거나 만료되었습니다. 앱에서 메일을 다시 요청해 주세요.",
      weak_password: "비밀번호가 너무 짧거나 추측하기 쉽습니다.",
      insufficient_aal: "먼저 2단계 인증을 설정해야 합니다. 앱에서 메일을 다시 요청하고 그 코드를 앱에 입력해 주세요.",
      same_password: "새 비밀번호가 이전 비밀번호와 같습니다.",
      mfa_verification_failed: "2단계 인증 코드가 올바르지 않습니다. 다음 코드를 기다려 다시 시도해 주세요.",
      over_request_rate_limit: "시도가 너무 많습니다. 1분 뒤에 다시 시도해 주세요.",
    },
  },
};`;

const SCRIPT = `const language = navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
const say = words[language];
const part = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.hash.slice(1));
const link = asked.get("token_hash");
const type = asked.get("type");
const known = Object.hasOwn(say, type ?? "") && Array.isArray(say[type]);
// The code leaves the address, and with it the history, before anything else happens.
history.replaceState(null, "", location.pathname);
document.documentElement.lang = language;

let session;
let factors = [];

async function call(method, path, body, token) {
  const headers = { apikey, "content-type": "application/json", ...(token ? { authorization: "Bearer " + token } : {}) };
  const answer = await fetch("/auth/v1/" + path, { method, headers, body: JSON.stringify(body), credentials: "omit", cache: "no-store" });
  const text = await answer.text();
  const content = text === "" ? {} : JSON.parse(text);
  if (!answer.ok) throw Object.assign(new Error("refused"), { word: content.error_code, sentence: content.msg });
  return content;
}

function tell(text) {
  part("told").textContent = text;
}

function end(text) {
  part("form").hidden = true;
  tell(text);
}

async function leave() {
  const token = session;
  session = undefined;
  // The page was a door, not a place to stay.
  if (token) await call("POST", "logout?scope=local", {}, token).catch(() => undefined);
}

async function redeem() {
  const answer = await call("POST", "verify", { type, token_hash: link });
  if (type === "email_change") return end(answer.state === "changed" ? say.changed : say.waiting);
  session = answer.access_token;
  if (type === "signup") {
    await leave();
    return end(say[type][2]);
  }
  factors = (answer.user.factors ?? []).filter((factor) => factor.status === "verified");
  part("passwords").hidden = false;
  part("factors").hidden = factors.length === 0;
  part("go").textContent = say.save;
  tell(say.choose);
  part("password").focus();
}

async function save() {
  if (factors.length > 0) {
    const path = "factors/" + factors[0].id;
    const challenge = await call("POST", path + "/challenge", {}, session);
    const raised = await call("POST", path + "/verify", { challenge_id: challenge.id, code: part("factor").value.trim() }, session);
    session = raised.access_token;
    factors = [];
    part("factors").hidden = true;
  }
  await call("PUT", "user", { password: part("password").value }, session);
  part("password").value = "";
  await leave();
  end(say[type][2]);
}

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  part("go").disabled = true;
  const work = session === undefined ? redeem() : save();
  work
    .catch((error) => tell(error.word ? say.failed + (say.reasons[error.word] ?? error.sentence) : say.lost))
    .finally(() => (part("go").disabled = false));
});

part("passwordLabel").textContent = say.password;
part("factorLabel").textContent = say.factor;
if (known && link) {
  document.title = part("title").textContent = say[type][0];
  part("go").textContent = say[type][1];
  tell(say.ask);
} else {
  document.title = "…";
  end(say.unknown);
}
`;
