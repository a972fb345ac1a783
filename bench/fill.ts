import { Agent, fetch } from "undici";

export interface Filled {
  readonly tokens: readonly string[];
  readonly owners: readonly string[];
  /** The ids of each user's notes. */
  readonly ids: readonly (readonly string[])[];
}

interface Filling {
  readonly port: number;
  readonly ca: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly users: number;
  readonly notes: number;
}

/** One text over TLS, for set-up only. */
export async function getText({ port, ca }: { port: number; ca: string }, path: string): Promise<string> {
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await fetch(`https://localhost:${port}${path}`, { dispatcher });
  return answer.text();
}

/** Makes the users and their notes through the public API. */
export async function fill({ port, ca, publishableKey, secretKey, users, notes }: Filling): Promise<Filled> {
  const dispatcher = new Agent({ connect: { ca } });
  const post = async (path: string, headers: Record<string, string>, body: unknown): Promise<unknown> => {
    const answer = await fetch(`https://localhost:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      dispatcher,
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  const filled = { tokens: [] as string[], owners: [] as string[], ids: [] as string[][] };
  for (let user = 0; user < users; user++) {
    const credentials = { email: `user-${user}-${Date.now()}@bench.example`, password: `a long password for user ${user} of the bench` };
    await post(
      "/auth/v1/admin/users",
      { apikey: secretKey, authorization: `Bearer ${secretKey}` },
      { ...credentials, email_confirm: true },
    );
    const session = (await post("/auth/v1/token?grant_type=password", { apikey: publishableKey }, credentials)) as {
      access_token: string;
      user: { id: string };
    };
    const rows = Array.from({ length: notes / users }, (_, index) => ({
      title: `Title ${index}`,
      body: "A body of some length. ".repeat(8),
      rank: index * users + user,
      owner: session.user.id,
    }));
    const headers = { apikey: publishableKey, authorization: `Bearer ${session.access_token}`, prefer: "return=representation" };
    const inserted = (await post("/rest/v1/notes?select=id", headers, rows)) as { id: string }[];
    filled.tokens.push(session.access_token);
    filled.owners.push(session.user.id);
    filled.ids.push(inserted.map(({ id }) => id));
  }
  return filled;
}
