import type { Host, SyncFile } from "../host.js";

// loaded when first used, as all that it brings along takes milliseconds
const files = () => process.getBuiltinModule("node:fs");

export const requireFiles: Host["files"]["requireFiles"] = () => {};

export const fileSystem: Host["files"]["fileSystem"] = () => {
  const { open, rename, rm } = files().promises;
  return { open, rename, rm, openSync };
};

function openSync(path: string | URL): SyncFile {
  const fs = files();
  const descriptor = fs.openSync(path, "w");
  return {
    isSeekable: fs.fstatSync(descriptor).isFile(),
    write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const at = position === null ? null : position + done;
        done += fs.writeSync(descriptor, bytes, done, bytes.length - done, at);
      }
    },
    close: () => fs.closeSync(descriptor),
  };
}
