import type { Language } from "./contract.ts";
import type { OpenLetter } from "./open-letter.ts";
import type { Block } from "./template.ts";
import { TEMPLATES } from "./templates.ts";

export interface Written {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export type Write = (letter: OpenLetter) => Written;

const FOOTERS: Readonly<Record<Language, (app: string) => string>> = {
  en: (app) => `This letter was sent by ${app} about the account of this address. Nobody reads answers to it.`,
  ko: (app) => `이 주소의 계정과 관련하여 ${app}에서 보낸 메일입니다. 회신은 확인하지 않습니다.`,
};

const UNKNOWN_DEVICE: Readonly<Record<Language, string>> = { en: "an unknown program", ko: "알 수 없는 프로그램" };

/** Puts letters into words: a plain part and an HTML part that say the same, with nothing to load from anywhere. */
export function createWrite({ app }: { readonly app: string }): Write {
  return ({ purpose, language, at, until, code, url, device }) => {
    const facts = {
      app,
      code: code ?? "",
      url: url ?? "",
      until: until === undefined ? "" : moment(until),
      at: moment(at),
      device: device === undefined || device === "" ? UNKNOWN_DEVICE[language] : device,
    };
    const { subject, blocks } = TEMPLATES[purpose][language](facts);
    const footer = FOOTERS[language](app);
    const text = `${[...blocks.map(plain), `-- \n${footer}`].join("\n\n")}\n`;
    return { subject, text, html: page(language, subject, [...blocks.map(marked), `<p style="color:#667">${escapeMarkup(footer)}</p>`]) };
  };
}

/** In UTC, since nobody here knows where the reader is. */
function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function plain(block: Block): string {
  if (typeof block === "string") return block;
  return "code" in block ? `    ${block.code}` : `${block.label}:\n${block.link}`;
}

function marked(block: Block): string {
  if (typeof block === "string") return `<p>${escapeMarkup(block)}</p>`;
  if ("code" in block) return `<p style="font:700 24px monospace;letter-spacing:2px">${escapeMarkup(block.code)}</p>`;
  return `<p><a href="${escapeMarkup(block.link)}">${escapeMarkup(block.label)}</a></p>`;
}

function page(language: Language, subject: string, parts: readonly string[]): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(subject)}</title>`;
  const body = `<div style="max-width:560px;margin:24px auto;padding:0 16px;font:16px/1.5 sans-serif;color:#222">${parts.join("\n")}</div>`;
  return `<!doctype html><html lang="${language}"><head>${head}</head><body>${body}</body></html>`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
