// the first that the package's entries import, so that an old Node says this, and not what it lacks first
import process from "node:process";

const { versions, getBuiltinModule } = process as Partial<NodeJS.Process>;
const [major, minor] = (versions?.node ?? "").split(".").map(Number);
// node 21, and 22 at first, lack what 20 has got since
if (major < 20 || (major === 20 && minor < 19) || !getBuiltinModule) {
  throw new Error(
    `nogil needs Node 20.19 or later, and of Node 22 at least 22.3; this is ${versions?.node}.`,
  );
}
