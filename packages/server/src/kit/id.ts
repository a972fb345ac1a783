/** A UUID as its 16 bytes. Ours are version 7 and come from the vault; a client may bring any. */
export type Id = Uint8Array;

export const ID_BYTES = 16;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function formatId(id: Id): string {
  const hex = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `undefined` when the text is not a UUID in the usual form of 36 characters. */
export function parseId(text: string): Id | undefined {
  if (!UUID.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text.replaceAll("-", ""), "hex"));
}
