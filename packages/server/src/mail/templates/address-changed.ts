import type { Template } from "../template.ts";

/** Notice to the address that is no longer the one of the account. */
export const addressChanged: Template = {
  en: ({ app, at }) => ({
    subject: `The address of your account at ${app} was changed`,
    blocks: [
      `The address of your account at ${app} was changed at ${at}. Letters no longer come to this one.`,
      `If it was you, there is nothing to do. If it was not, tell the people who run ${app} at once.`,
    ],
  }),
  ko: ({ app, at }) => ({
    subject: `${app} 이메일 주소가 변경되었습니다`,
    blocks: [
      `${at}에 ${app} 계정의 이메일 주소가 변경되었습니다. 앞으로 이 주소로는 메일이 오지 않습니다.`,
      `본인이 하셨다면 하실 일은 없습니다. 본인이 아니라면 곧바로 ${app} 운영자에게 알려 주세요.`,
    ],
  }),
};
