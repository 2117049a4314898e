import { buildKernels } from "./build-kernels.js";

interface Example<Options> {
  /** of its main file */
  readonly url: string;
  readonly usage: string;
  /** @throws Error telling in one sentence what is wrong with the command line */
  parse(args: readonly string[]): Options;
  /** What imports the kernels can be loaded only once they are built. Resolves to an exit code. */
  run(options: Options): Promise<number>;
  /** What to print of an error, and the exit code. */
  explain(error: unknown): Promise<readonly [text: unknown, code: number]>;
}

/** Runs an example as its command line says: builds its kernels, runs it, and tells what goes wrong. */
export async function runExample<Options extends { readonly help: boolean }>({
  url,
  usage,
  parse,
  run,
  explain,
}: Example<Options>): Promise<void> {
  let options: Options;
  try {
    options = parse(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 1;
    return;
  }
  if (options.help) {
    console.log(usage);
    return;
  }
  try {
    await buildKernels(url);
    process.exitCode = await run(options);
  } catch (error) {
    const [text, code] = await explain(error);
    console.error(text);
    process.exitCode = code;
  }
}
