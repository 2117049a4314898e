import process from "node:process";

export async function sha256(bytes: Uint8Array): Promise<string> {
  // loaded when first used: it takes milliseconds
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(bytes).digest("hex");
}
