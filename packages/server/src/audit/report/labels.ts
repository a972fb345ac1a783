import type { Area, Severity, Words } from "../contract.ts";
import { words } from "../words.ts";

export type Language = keyof Words;

export const SEVERITY_LABELS: Readonly<Record<Severity, Words>> = {
  critical: words("critical", "치명적"),
  high: words("high", "높음"),
  medium: words("medium", "보통"),
  low: words("low", "낮음"),
};

export const AREA_LABELS: Readonly<Record<Area, Words>> = {
  mistakes: words("The five common mistakes", "흔한 다섯 가지 실수"),
  tls: words("TLS", "TLS"),
  http: words("HTTP", "HTTP"),
  access: words("Access", "접근 제어"),
  "sign-in": words("Signing in", "로그인"),
  keys: words("Keys and secrets", "키와 비밀"),
  data: words("Data", "데이터"),
  backup: words("Backups", "백업"),
  firewall: words("Firewall", "방화벽"),
  logging: words("Log and watch", "기록과 감시"),
  platform: words("Platform", "실행 환경"),
  supply: words("Supply chain", "공급망"),
};
