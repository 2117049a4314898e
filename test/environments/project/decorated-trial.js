const { Decorated } = await import("./decorated.ts");
try {
  const batch = Decorated.from(3);
  await batch.triple();
  console.log(`result: ${batch.kept.join()}`);
} catch (error) {
  console.log(`error: ${error?.stack ?? error}`);
}
