export { createOperatorReports, type OperatorReport } from "./operator.ts";
