declare module "nogil/assembly/random" {
  /** Random numbers of one item, the same as those of `random(seed, key)` of nogil in JavaScript, bit for bit. */
  export class Random {
    /**
     * @param seed any finite number, the same for all items of a call
     * @param key the item's id or number; for one that is a text see `ofText`
     */
    constructor(seed: f64, key: f64);
    /**
     * The generator of a key that is a string in JavaScript.
     * @param seed any finite number, the same for all items of a call
     * @param text the UTF-8 bytes of the key, as a `TextEncoder` makes them
     */
    static ofText(seed: f64, text: Uint8Array): Random;
    /** The next number from 0 to 1, without 1. */
    next(): f64;
    /**
     * The next whole number from 0 to `n`, without `n`, in the type of `n`.
     * @param n a whole number from 1 to 2 ** 53, or to 2 ** 24 if it is an f32
     */
    int<T>(n: T): T;
    /** The next number of the standard normal distribution: mean 0, variance 1. */
    normal(): f64;
  }
}
