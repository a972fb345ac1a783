import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeS3 extends AsyncDisposable {
  readonly endpoint: string;
  readonly objects: Map<string, { readonly bytes: Buffer; readonly sha256: string }>;
  readonly requests: string[];
  /** What it does wrong on purpose. */
  readonly habits: { overwrites: boolean; failing: boolean };
}

/** So much of S3 as the target uses, in memory. It looks that there is a signature, and not whether it fits: that is what the real server is for. */
export async function openFakeS3(): Promise<FakeS3> {
  const objects: FakeS3["objects"] = new Map();
  const parts = new Map<string, Buffer[]>();
  const requests: string[] = [];
  const habits = { overwrites: false, failing: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const url = new URL(request.url ?? "", "http://localhost");
      const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
      const body = Buffer.concat(chunks);
      requests.push(`${method} ${key}${url.search}`);
      const answer = (status: number, text = "", more: Record<string, string> = {}): void =>
        void response.writeHead(status, more).end(text);
      if (habits.failing) return answer(503, "<Error><Code>SlowDown</Code></Error>");
      if (!/Signature=[0-9a-f]{64}$/.test(headers.authorization ?? "")) return answer(403, "<Error><Code>AccessDenied</Code></Error>");
      const sha256 = String(headers["x-amz-meta-sha256"] ?? "");
      const isTaken = objects.has(key) && headers["if-none-match"] === "*" && !habits.overwrites;
      const upload = url.searchParams.get("uploadId");
      if (method === "GET" && url.searchParams.has("list-type")) {
        const keys = [...objects.keys()].filter((name) => name.startsWith(url.searchParams.get("prefix") ?? "")).sort();
        const from = Number(url.searchParams.get("continuation-token") ?? 0);
        const items = keys
          .slice(from, from + 2)
          .map((name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)?.bytes.length}</Size></Contents>`);
        const isMore = from + 2 < keys.length;
        const next = isMore ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : "";
        return answer(200, `<ListBucketResult>${items.join("")}<IsTruncated>${isMore}</IsTruncated>${next}</ListBucketResult>`);
      }
      if (method === "POST" && url.searchParams.has("uploads")) {
        parts.set(key, []);
        objects.set(`.${key}`, { bytes: Buffer.alloc(0), sha256 });
        return answer(200, "<R><UploadId>one</UploadId></R>");
      }
      if (method === "PUT" && upload !== null) {
        parts.get(key)?.push(body);
        return answer(200, "", { etag: '"e"' });
      }
      if (method === "POST" && upload !== null) {
        if (isTaken) return answer(412, "<Error><Code>PreconditionFailed</Code></Error>");
        objects.set(key, { bytes: Buffer.concat(parts.get(key) ?? []), sha256: objects.get(`.${key}`)?.sha256 ?? "" });
        objects.delete(`.${key}`);
        return answer(200, "<CompleteMultipartUploadResult/>");
      }
      if (method === "PUT") {
        if (isTaken) return answer(412, "<Error><Code>PreconditionFailed</Code></Error>");
        objects.set(key, { bytes: body, sha256 });
        return answer(200);
      }
      const found = objects.get(key);
      if (method === "DELETE") return answer(objects.delete(key) ? 204 : 204);
      if (found === undefined) return answer(404, "<Error><Code>NoSuchKey</Code></Error>");
      const shown = { "x-amz-meta-sha256": found.sha256, "content-length": String(found.bytes.length) };
      response.writeHead(200, shown).end(method === "HEAD" ? undefined : found.bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    requests,
    habits,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
