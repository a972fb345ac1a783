import type { Template } from "../template.ts";

/** Signs in whoever reads it. */
export const otp: Template = {
  en: ({ app, code, url, until }) => ({
    subject: `Your sign-in code for ${app}`,
    blocks: [
      `To sign in to ${app}, type this code:`,
      { code },
      ...(url === "" ? [] : ["or open this page and sign in there:", { link: url, label: "Sign in" }]),
      `It works until ${until}, once.`,
      "If you did not ask for this, ignore this letter. Give the code to nobody, whoever asks.",
    ],
  }),
  ko: ({ app, code, url, until }) => ({
    subject: `${app} 로그인 코드`,
    blocks: [
      `${app}에 로그인하려면 다음 코드를 입력해 주세요.`,
      { code },
      ...(url === "" ? [] : ["또는 다음 페이지를 열어 로그인해 주세요.", { link: url, label: "로그인하기" }]),
      `${until}까지 한 번만 쓸 수 있습니다.`,
      "요청하신 적이 없다면 이 메일을 무시해 주세요. 누가 묻더라도 코드를 알려 주지 마세요.",
    ],
  }),
};
