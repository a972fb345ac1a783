/** How many connections are open, by who opened them. Exact: it holds one number for each open connection's sender at most. */
export interface Connections {
  hasRoom(sender: string): boolean;
  open(sender: string): void;
  close(sender: string): void;
}

/** All senders together; well under the 64 Ki descriptors that a process is commonly given. */
export const CONNECTIONS_MAX = 20_000;

export function createConnections(perSenderMax: number, max: number = CONNECTIONS_MAX): Connections {
  const open = new Map<string, number>();
  let total = 0;
  return {
    hasRoom: (sender) => total < max && (open.get(sender) ?? 0) < perSenderMax,
    open(sender) {
      open.set(sender, (open.get(sender) ?? 0) + 1);
      total += 1;
    },
    close(sender) {
      const count = open.get(sender);
      if (count === undefined) return;
      total -= 1;
      if (count === 1) open.delete(sender);
      else open.set(sender, count - 1);
    },
  };
}
