import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What became of the requests that came. */
export interface Served {
  readonly url: string;
  /** items in the order in which they were asked for */
  readonly asked: number[];
  /** how many requests were open at once */
  readonly most: number;
  close(): Promise<void>;
}

type Status = (item: number, before: number) => number | undefined;

/**
 * A server that counts what is in flight, wherever it comes from.
 * @param together holds answers until so many requests are open, or no more can come
 * @param items how many requests come in all
 * @param status of an item that was asked for so often before; undefined: never answered
 */
export async function serve({
  together = 1,
  items = 0,
  status = () => 200,
}: {
  together?: number;
  items?: number;
  status?: Status;
}): Promise<Served> {
  const asked: number[] = [];
  const held = new Set<() => void>();
  let open = 0;
  let most = 0;
  let gone = 0;
  const answerAll = () => {
    for (const answer of held) answer();
    held.clear();
  };
  const answerWhenTogether = () => {
    // whoever is one too many comes meanwhile
    if (held.size >= together || gone + held.size >= items) setTimeout(answerAll, 25);
  };
  const server = createServer((request, response: ServerResponse) => {
    const item = Number(request.url!.slice(1));
    const before = asked.filter((each) => each === item).length;
    asked.push(item);
    most = Math.max(most, ++open);
    // those who ask know that they have the answer only after this
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      open--;
      gone++;
    };
    request.socket.on("close", end);
    const code = status(item, before);
    if (code === undefined) return;
    held.add(() => {
      end();
      response.writeHead(code).end();
    });
    answerWhenTogether();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get most() {
      return most;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
