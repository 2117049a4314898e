// only the browser decides
export const canCollectGarbage = false;

export function collectGarbage(): void {}
