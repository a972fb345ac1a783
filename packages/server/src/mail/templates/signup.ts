import type { Template } from "../template.ts";

/** Confirms the address of a sign-up. */
export const signup: Template = {
  en: ({ app, code, url, until }) => ({
    subject: `Confirm your address for ${app}`,
    blocks: [
      `Somebody, probably you, signed up for ${app} with this address. To confirm that it is yours, type this code:`,
      { code },
      "or open this page and confirm there:",
      { link: url, label: "Confirm my address" },
      `Both work until ${until}, once.`,
      "If you did not sign up, do not use them: without them nothing happens.",
    ],
  }),
  ko: ({ app, code, url, until }) => ({
    subject: `${app} 이메일 주소 확인`,
    blocks: [
      `이 주소로 ${app} 가입 신청이 있었습니다. 본인이 맞다면 다음 코드를 입력해 주소를 확인해 주세요.`,
      { code },
      "또는 다음 페이지를 열어 확인해 주세요.",
      { link: url, label: "내 주소 확인하기" },
      `코드와 링크는 ${until}까지 한 번만 쓸 수 있습니다.`,
      "가입하신 적이 없다면 사용하지 마세요. 사용하지 않으면 아무 일도 일어나지 않습니다.",
    ],
  }),
};
