import { Decorated } from "./decorated.ts";

const batch = Decorated.from(3);
await batch.triple();
console.log(`result: ${batch.kept.join()}`);
