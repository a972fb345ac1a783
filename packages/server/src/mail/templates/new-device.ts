import type { Template } from "../template.ts";

/** Notice: a session was opened from where there was none before. */
export const newDevice: Template = {
  en: ({ app, at, device }) => ({
    subject: `New sign-in to ${app}`,
    blocks: [
      `Somebody signed in to your account at ${app} at ${at}, from a device or a network that was not seen before:`,
      device,
      "If it was you, there is nothing to do. If it was not, change your password: that ends the other sessions.",
    ],
  }),
  ko: ({ app, at, device }) => ({
    subject: `${app} 새로운 로그인`,
    blocks: [
      `${at}에 이전에 없던 기기나 네트워크에서 ${app} 계정에 로그인했습니다.`,
      device,
      "본인이 하셨다면 하실 일은 없습니다. 본인이 아니라면 비밀번호를 바꿔 주세요. 그러면 다른 세션이 종료됩니다.",
    ],
  }),
};
