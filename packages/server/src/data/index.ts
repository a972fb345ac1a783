export type {
  Asker,
  Condition,
  Count,
  Data,
  DeleteRequest,
  InsertRequest,
  IsWord,
  JsonRow,
  OrderBy,
  Reader,
  ReadRequest,
  Returning,
  Rows,
  Select,
  Selected,
  UpdateRequest,
  Written,
} from "./contract.ts";
export { createData, type DataNeeds } from "./data.ts";
export type { EmbedRequest } from "./embed-contract.ts";
export { requireSingle } from "./page.ts";
export type { ErasedRows, LastSteps, NamedIn, SubjectData, SubjectPage } from "./subject-contract.ts";
export { dataTables } from "./tables.ts";
