import type { Template } from "../template.ts";

/** Lets the owner of an address choose a new password. */
export const recovery: Template = {
  en: ({ app, code, url, until }) => ({
    subject: `Recover your account at ${app}`,
    blocks: [
      `Somebody, probably you, asked to recover the account of this address at ${app}. To go on, type this code:`,
      { code },
      "or open this page and go on there:",
      { link: url, label: "Recover my account" },
      `Both work until ${until}, once. Where a second factor is set up, it is still needed.`,
      "If you did not ask for this, ignore this letter: your password stays as it is. Give the code to nobody, whoever asks.",
    ],
  }),
  ko: ({ app, code, url, until }) => ({
    subject: `${app} 계정 복구`,
    blocks: [
      `이 주소의 ${app} 계정을 복구해 달라는 요청이 있었습니다. 본인이 맞다면 다음 코드를 입력해 주세요.`,
      { code },
      "또는 다음 페이지를 열어 계속해 주세요.",
      { link: url, label: "내 계정 복구하기" },
      `코드와 링크는 ${until}까지 한 번만 쓸 수 있습니다. 2단계 인증을 설정했다면 그 인증도 필요합니다.`,
      "요청하신 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 그대로입니다. 누가 묻더라도 코드를 알려 주지 마세요.",
    ],
  }),
};
