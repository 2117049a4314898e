// browsers have no version to ask for
export {};
