import type { Template } from "../template.ts";

/** Notice: the password was changed. */
export const passwordChanged: Template = {
  en: ({ app, at }) => ({
    subject: `Your password at ${app} was changed`,
    blocks: [
      `The password of your account at ${app} was changed at ${at}, and other sessions were ended.`,
      `If it was you, there is nothing to do. If it was not, recover your account at once and tell the people who run ${app}.`,
    ],
  }),
  ko: ({ app, at }) => ({
    subject: `${app} 비밀번호가 변경되었습니다`,
    blocks: [
      `${at}에 ${app} 계정의 비밀번호가 변경되고 다른 세션은 종료되었습니다.`,
      `본인이 하셨다면 하실 일은 없습니다. 본인이 아니라면 곧바로 계정을 복구하고 ${app} 운영자에게 알려 주세요.`,
    ],
  }),
};
