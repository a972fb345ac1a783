import type { Template } from "../template.ts";

/** Notice: a second factor was added or removed. */
export const factorsChanged: Template = {
  en: ({ app, at }) => ({
    subject: `The second factor of your account at ${app} was changed`,
    blocks: [
      `A second factor of your account at ${app} was added or removed at ${at}.`,
      `If it was you, there is nothing to do. If it was not, sign in at once, end the other sessions, change your password, and tell the people who run ${app}.`,
    ],
  }),
  ko: ({ app, at }) => ({
    subject: `${app} 2단계 인증이 변경되었습니다`,
    blocks: [
      `${at}에 ${app} 계정의 2단계 인증 수단이 추가되거나 삭제되었습니다.`,
      `본인이 하셨다면 하실 일은 없습니다. 본인이 아니라면 곧바로 로그인해 다른 세션을 종료하고 비밀번호를 바꾼 뒤 ${app} 운영자에게 알려 주세요.`,
    ],
  }),
};
