import type { Template } from "../template.ts";

/** Invites somebody to an account that waits for them. */
export const invite: Template = {
  en: ({ app, code, url, until }) => ({
    subject: `You are invited to ${app}`,
    blocks: [
      `You are invited to ${app}. To accept, type this code:`,
      { code },
      ...(url === "" ? [] : ["or open this page and accept there:", { link: url, label: "Accept the invitation" }]),
      `It works until ${until}, once.`,
      "If you do not expect this invitation, ignore this letter.",
    ],
  }),
  ko: ({ app, code, url, until }) => ({
    subject: `${app} 초대`,
    blocks: [
      `${app}에 초대받으셨습니다. 수락하려면 다음 코드를 입력해 주세요.`,
      { code },
      ...(url === "" ? [] : ["또는 다음 페이지를 열어 수락해 주세요.", { link: url, label: "초대 수락하기" }]),
      `${until}까지 한 번만 쓸 수 있습니다.`,
      "예상하지 못한 초대라면 이 메일을 무시해 주세요.",
    ],
  }),
};
