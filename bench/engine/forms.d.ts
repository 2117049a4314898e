type Form = (all: Float64Array, length: number, begin: number, end: number) => void;

export declare const standardizeRows: Form;
export declare const standardizeRowsByFour: Form;
