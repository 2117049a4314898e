// what lies where no worker can import it: each returns what the library says of it
import { Batch, exported, inbatchParallel, run } from "nogil";

/** @param url of the module that has the class and the function, undefined where there is none */
export async function tryOwn(url, square) {
  class Own extends Batch {
    static module = url;
  }
  Own.prototype.act = inbatchParallel({ init: "indices" }, function act(n) {
    return n;
  });
  Own.prototype.square = inbatchParallel({ init: "indices", target: "mpc" }, () => square);
  const said = [];
  const hear = (call) => call.then(String, ({ message }) => message).then((text) => said.push(text));
  await hear(new Own(2).act());
  await hear(new Own(2).square());
  await hear(run(square, [1, 2]));
  if (url) await hear(run(exported(url, "square"), [1, 2]));
  const here = await run(square, [1, 2], { target: "for" });
  return `${here.join()}\n${said.join("\n")}`;
}
