export type Flechette = typeof import("@uwdata/flechette");

let loading: Promise<Flechette> | undefined;

/**
 * The Arrow library, loaded when it is first needed.
 * @throws Error when it is not installed, saying what to do
 */
export function flechette(): Promise<Flechette> {
  loading ??= import("@uwdata/flechette").catch((cause) => {
    loading = undefined;
    throw new Error(
      // the newest version needs a package that some registries do not have
      "Arrow needs the package @uwdata/flechette, which could not be loaded: npm install @uwdata/flechette@~2.6.0.",
      { cause },
    );
  });
  return loading;
}
