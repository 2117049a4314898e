import type * as Inspector from "node:inspector";

/** A script that this thread has loaded. */
export interface Script {
  readonly url: string;
  /** of its text, as it was compiled */
  readonly hash: string;
  /** an ES module that `import(url)` returns as it is, without running anything */
  readonly isModule: boolean;
}

/** Where a function was made. */
export interface Place extends Pick<Script, "url" | "hash"> {
  readonly line: number;
  readonly column: number;
}

type ParsedScript = Inspector.Debugger.ScriptParsedEventDataType & { readonly embedderName?: string };

type Sight = {
  readonly scripts: ReadonlyMap<string, Script>;
  readonly places: readonly (Place | undefined)[];
};

const nothing: Sight = { scripts: new Map(), places: [] };

// where the inspector finds the functions
const key = Symbol.for("nogil.functions");

/**
 * Asks the inspector of this thread which scripts it has loaded, and where these functions were made. Nothing runs
 * meanwhile. Takes some 20 ms the first time, 5 ms later.
 * @returns nothing where there is no inspector, or it is not allowed
 */
export function look(functions: readonly unknown[]): Sight {
  try {
    const { Session } = process.getBuiltinModule("node:inspector");
    const session = new Session();
    session.connect();
    try {
      return ask(session, functions);
    } finally {
      session.disconnect();
    }
  } catch {
    return nothing;
  }
}

function ask(session: Inspector.Session, functions: readonly unknown[]): Sight {
  const byId = new Map<string, Script>();
  session.on("Debugger.scriptParsed", ({ params }) => {
    // `url` is what a comment in the script says, if one does
    const { scriptId, hash, isModule, embedderName: url } = params as ParsedScript;
    const isMain =
      (params.executionContextAuxData as { isDefault?: boolean } | undefined)?.isDefault ?? false;
    if (url) byId.set(scriptId, { url, hash, isModule: (isModule ?? false) && isMain });
  });
  // answers come at once in the session of one's own thread
  const post = <R>(method: string, params: object = {}): R => {
    let answer: R | undefined;
    (session.post as (...args: unknown[]) => void)(method, params, (error: Error | null, result: R) => {
      if (!error) answer = result;
    });
    if (answer === undefined) throw new Error(`The inspector does not answer ${method}.`);
    return answer;
  };
  post("Debugger.enable");
  const scripts = new Map([...byId.values()].map((script) => [script.url, script]));
  const objectOf = (i: number): string | undefined => {
    const expression = `globalThis[Symbol.for(${JSON.stringify(key.description)})][${i}]`;
    return post<{ result: { objectId?: string } }>("Runtime.evaluate", { expression }).result.objectId;
  };
  const placeOf = (_: unknown, i: number): Place | undefined => {
    const objectId = objectOf(i);
    if (objectId === undefined) return undefined;
    const { internalProperties } = post<Inspector.Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId,
      ownProperties: true,
    });
    const place = internalProperties?.find(({ name }) => name === "[[FunctionLocation]]")?.value?.value;
    const script = place && byId.get(place.scriptId);
    return (
      script && { url: script.url, hash: script.hash, line: place.lineNumber, column: place.columnNumber }
    );
  };
  Object.defineProperty(globalThis, key, { value: functions, configurable: true });
  try {
    return { scripts, places: functions.map(placeOf) };
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
}
