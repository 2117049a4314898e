import { random } from "nogil";
import { expect, test } from "vitest";
import { normalQuantile } from "../../dist/base/normal-quantile.js";
import { philox } from "../../dist/base/philox.js";

const noBlocks = () => ({ w0: 0, w1: 0, w2: 0, w3: 0, w4: 0, w5: 0, w6: 0, w7: 0 });
const words = (text: string) => text.split(" ").map((word) => Number.parseInt(word, 16) | 0);

// counter, key and result, from the known answers of Random123
test.each([
  "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
  "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
  "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
])("Philox4x32-10 has its known answer %s", (text) => {
  const [a, b, c, d, key0, key1, ...answer] = words(text);
  const out = noBlocks();
  philox(out, a, b, c, d, key0, key1);
  expect([out.w0, out.w1, out.w2, out.w3]).toEqual(answer);
});

function philoxOf(counter: readonly number[], keys: readonly number[]): number[] {
  const word = (value: bigint | number) => BigInt.asUintN(32, BigInt(value));
  let [a, b, c, d] = counter.map(word);
  let [key0, key1] = keys.map(word);
  for (let round = 0; round < 10; round++) {
    const [first, second] = [a * 0xd2511f53n, c * 0xcd9e8d57n];
    [a, b, c, d] = [(second >> 32n) ^ b ^ key0, word(second), (first >> 32n) ^ d ^ key1, word(first)];
    [key0, key1] = [word(key0 + 0x9e3779b9n), word(key1 + 0xbb67ae85n)];
  }
  return [a, b, c, d].map((each) => Number(BigInt.asIntN(32, each)));
}

function expectBlocks(a: number, b: number, c: number, d: number, key0: number, key1: number): void {
  const out = noBlocks();
  philox(out, a, b, c, d, key0, key1);
  const [e, f] = [(a + 1) | 0, a === -1 ? (b + 1) | 0 : b];
  const expected = [...philoxOf([a, b, c, d], [key0, key1]), ...philoxOf([e, f, c, d], [key0, key1])];
  expect(Object.values(out).join(), `${[a, b, c, d]}`).toBe(expected.join());
}

test("two blocks are those of a counter and the next one, also where the first word or both wrap", () => {
  for (const a of [0, -2, -1, 2 ** 31 - 1]) for (const b of [0, 5, -1]) expectBlocks(a, b, 7, 9, 3, 4);
});

// where a product of floats is rounded up to a whole multiple of 2 ** 32, and just before
test("products whose lower half is nearly full have the right upper half", () => {
  const inverse = (factor: bigint) => {
    let x = factor;
    for (let i = 0; i < 6; i++) x = BigInt.asUintN(32, x * (2n - factor * x));
    return x;
  };
  const [overA, overC] = [inverse(0xd2511f53n), inverse(0xcd9e8d57n)];
  const word = (over: bigint, lower: number) => Number(BigInt.asIntN(32, over * BigInt(lower)));
  for (let below = 1; below <= 4200; below++) {
    const lower = 2 ** 32 - below;
    expectBlocks(word(overA, lower), 0, word(overC, lower), 0, below, 0);
    expectBlocks(word(overA, lower) - 1, 0, word(overC, below), 0, below, 0);
  }
});

test("the seed 0 and the key 0 begin with the known answer for zeros", () => {
  const expected = ((0x6627e8d5 >>> 5) * 2 ** 26 + (0xe169c58d >>> 6)) / 2 ** 53;
  expect(random(0, 0).next()).toBe(expected);
  const generator = random(0, -0);
  generator.next();
  expect(generator.next()).toBe(((0xbc57ac4c >>> 5) * 2 ** 26 + (0x9b00dbd8 >>> 6)) / 2 ** 53);
});

// published FNV-1a hashes of 64 bits
test.each([
  ["", "84222325 cbf29ce4"],
  ["a", "8601ec8c af63dc4c"],
  ["foobar", "f73967e8 85944171"],
])("a string key counts as its FNV-1a hash: %j", (text, hash) => {
  const [low, high] = words(hash);
  const out = noBlocks();
  philox(out, 0, 0x80000000 | 0, low, high, 0, 0);
  expect(random(0, text).next()).toBe(((out.w0 >>> 5) * 2 ** 26 + (out.w1 >>> 6)) / 2 ** 53);
});

test("the hash is of UTF-8 bytes", () => {
  for (const text of ["é", "€", "😀", "aé€😀z"]) {
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
    const out = noBlocks();
    philox(out, 0, 0x80000000 | 0, Number(hash & 0xffffffffn) | 0, Number(hash >> 32n) | 0, 0, 0);
    expect(random(0, text).next(), text).toBe(((out.w0 >>> 5) * 2 ** 26 + (out.w1 >>> 6)) / 2 ** 53);
  }
});

test("seeds and keys that differ have other numbers, a text and a number too", () => {
  const pairs: [number, number | string][] = [
    ...[0, 1, 2, -1, 0.5, 1e300, 2 ** 53, 5e-324].flatMap((a) =>
      [0, 1, 2, -1, 0.5, 1e300, 2 ** 53, "0", "1", "", "é", "\ud800", "\ud801"].map(
        (b): [number, number | string] => [a, b],
      ),
    ),
  ];
  expect(new Set(pairs.map(([seed, key]) => random(seed, key).next())).size).toBe(pairs.length);
});

test("what is neither number nor string is refused", () => {
  for (const key of [undefined, null, 3n, true, {}, [1], Symbol("s"), new Date(0)]) {
    expect(() => random(1, key as never)).toThrow(TypeError);
    expect(() => random(key as never, 1)).toThrow(TypeError);
  }
  expect(() => random(1, 3n as never)).toThrow("a number or a string, got 3n");
  expect(() => random("1" as never, 1)).toThrow('random: the seed is a number, got "1".');
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(() => random(1, odd)).toThrow(RangeError);
    expect(() => random(odd, 1)).toThrow(RangeError);
  }
  const generator = random(1, 1);
  for (const n of [0, -1, 1.5, Number.NaN, 2 ** 53 + 2, Number.POSITIVE_INFINITY]) {
    expect(() => generator.int(n)).toThrow(RangeError);
  }
  for (const n of [undefined, "6", 6n, null]) expect(() => generator.int(n as never)).toThrow(TypeError);
  // nothing of it took a draw
  expect(generator.next()).toBe(random(1, 1).next());
});

test("int returns every number equally often, and the ends of its bounds", () => {
  const generator = random(8, "int");
  for (const n of [2, 3, 6, 10, 97]) {
    const counts = new Float64Array(n);
    for (let i = 0; i < 100_000; i++) counts[generator.int(n)]++;
    const mean = 100_000 / n;
    const chi = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    // 5 standard deviations
    expect(chi, `n = ${n}`).toBeLessThan(n - 1 + 5 * Math.sqrt(2 * (n - 1)));
  }
  // a bound where a quarter of all draws is drawn again: without that the lower third were twice as likely
  const n = 3 * 2 ** 51;
  let below = 0;
  for (let i = 0; i < 30_000; i++) if (generator.int(n) < 2 ** 51) below++;
  expect(Math.abs(below - 10_000)).toBeLessThan(5 * 82);
  expect(generator.int(1)).toBe(0);
  for (let i = 0; i < 1000; i++) expect(Number.isSafeInteger(generator.int(2 ** 53))).toBe(true);
});

test("next and normal have the moments of their distributions", () => {
  const count = 200_000;
  const generator = random(1, 2);
  const uniform = Float64Array.from({ length: count }, () => generator.next());
  const normal = Float64Array.from({ length: count }, () => generator.normal());
  const moment = (values: Float64Array, k: number) => values.reduce((sum, x) => sum + x ** k, 0) / count;
  const near = (value: number, expected: number, deviation: number) =>
    expect(Math.abs(value - expected)).toBeLessThan((5 * deviation) / Math.sqrt(count));
  near(moment(uniform, 1), 1 / 2, Math.sqrt(1 / 12));
  near(moment(uniform, 2), 1 / 3, Math.sqrt(4 / 45));
  near(moment(normal, 1), 0, 1);
  near(moment(normal, 2), 1, Math.sqrt(2));
  near(moment(normal, 3), 0, Math.sqrt(15));
  near(moment(normal, 4), 3, Math.sqrt(96));
  expect(uniform.every((x) => x >= 0 && x < 1)).toBe(true);
});

test("items whose keys are neighbours have nothing in common, nor have neighbouring seeds", () => {
  const count = 100_000;
  const first = (a: number, b: number) => random(a, b).next() - 0.5;
  const pairs: [string, (i: number) => [number, number]][] = [
    ["keys", (i) => [first(1, i), first(1, i + 1)]],
    ["seeds", (i) => [first(i, 1), first(i + 1, 1)]],
    ["seeds and keys", (i) => [first(i, 1), first(1, i)]],
  ];
  for (const [name, pair] of pairs) {
    let sum = 0;
    for (let i = 2; i < count + 2; i++) {
      const [x, y] = pair(i);
      sum += 12 * x * y;
    }
    expect(Math.abs(sum / Math.sqrt(count)), name).toBeLessThan(5);
  }
});

// shares below, and the quantiles that Wichura's paper has for them
test.each([
  [0.25, -0.6744897501960817],
  [0.001, -3.090232306167813],
  [0.975, 1.9599639845400545],
  [1e-10, -6.361340902404056],
])("normal's inverse has its published value at %d", (share, expected) => {
  expect(normalQuantile(share - 0.5) / expected).toBeCloseTo(1, share < 1e-5 ? 7 : 14);
});

// the middles of those of 2 ** 52 stretches, to the ends and around the joins, with quantiles computed to 50 digits
test.each([
  [0, -8.209536151601387],
  [1, -8.076571004130125],
  [2, -8.014015948775546],
  [5, -7.916520712471189],
  [11, -7.824247466748735],
  [21, -7.745136552711568],
  [100, -7.546733758573966],
  [124, -7.518781474428342],
  [294, -7.405371046465494],
  [1428, -7.192881188949395],
  [6762, -6.977576487988079],
  [17175, -6.845377354606095],
  [62544, -6.657907555407399],
  [62545, -6.657905204845547],
  [62546, -6.657902854320481],
  [70283, -6.640735624789317],
  [127931, -6.551891019178056],
  [143537, -6.534685241876909],
  [477436, -6.352368687841749],
  [762445, -6.2799904533991855],
  [1610489, -6.162688528455342],
  [1781649, -6.1466807880274],
  [4589114, -5.994750874039408],
  [22912457, -5.72778275604533],
  [106219105, -5.4616582140136565],
  [284004423, -5.28439145937667],
  [2050529125, -4.9100314531088465],
  [6474387189, -4.679539083342988],
  [18101990860, -4.464145330900248],
  [94858421082, -4.095501217858228],
  [293853811867, -3.8255181723526537],
  [1199329515300, -3.463796485493959],
  [6264429047502, -2.9908561229870774],
  [32135199186358, -2.4503713437658625],
  [55761015159664, -2.245082058558273],
  [79081366459087, -2.1069815192017023],
  [89329619285291, -2.0571653842024054],
  [337769972052786, -1.439531470938457],
  [337769972052787, -1.4395314709384555],
  [337769972052788, -1.439531470938454],
  [344314417516637, -1.429340754907494],
  [1125899906842617, -0.6744897501960863],
  [1459170581510274, -0.4565397262683215],
  [1688849860263936, -0.31863936396437487],
  [1832325951304504, -0.23563464963083797],
  [2250700302057472, -0.0006119698318086423],
  [2251798739943424, -5.976267512950682e-7],
  [2251799813672903, -6.870742360872125e-12],
  [2251799813685246, -8.3487492740153e-16],
  [2251799813685247, -2.782916424671767e-16],
])("normal's inverse is off by less than 1e-15 of its value in stretch %d", (stretch, expected) => {
  const value = normalQuantile((stretch - (2 ** 51 - 0.5)) * 2 ** -52);
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-15);
});

test("normal is symmetric, grows everywhere, and ends at 8.21 and -8.21", () => {
  const last = normalQuantile(0.5 - 2 ** -53);
  expect(last).toBeCloseTo(8.209536151601387, 12);
  for (let i = 1; i < 1000; i++) {
    const q = (0.5 * i) / 1000;
    expect(normalQuantile(-q)).toBe(-normalQuantile(q));
    expect(normalQuantile(q)).toBeGreaterThan(normalQuantile(q - 0.0005));
  }
  for (const join of [0.425, 0.5 - Math.exp(-25)]) {
    expect(normalQuantile(join + 1e-13) - normalQuantile(join - 1e-13)).toBeGreaterThan(0);
  }
});
