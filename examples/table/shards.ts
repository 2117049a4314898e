import { join } from "node:path";
import { dictionary, utf8 } from "@uwdata/flechette";
import { Dataset } from "nogil";
import { readArrow } from "nogil/arrow";
import { Random } from "../random.js";
import { type Columns, ShardBatch } from "./shard-batch.js";
import { encodedName, TableBatch } from "./table-batch.js";
import { TableError, unreadable } from "./table-error.js";

/** Rows of a file that `makeShards` writes. */
export const shardRows = 10_000;

const payments = ["app", "card", "cash", "disputed", "voucher"];
const weathers = ["clear", "cloudy", "fog", "hail", "heavy rain", "rain", "sleet", "snow", "storm"];
const zones = Array.from({ length: 60 }, (_, i) => `zone ${String(i + 1).padStart(2, "0")}`);

/**
 * Writes a table of made-up taxi trips into a folder, as Arrow files: the same for the same seed. Five columns of numbers, with
 * heavy tails, slips of the pen and gaps, and three of categories, of which some are rare.
 */
export async function makeShards(
  folder: string,
  rows: number,
  { seed = 1, signal }: { seed?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const category = dictionary(utf8());
  const types = { payment: category, weather: category, zone: category };
  for (let begin = 0, shard = 0; begin < rows; begin += shardRows, shard++) {
    signal?.throwIfAborted();
    using batch = makeRows(Math.min(shardRows, rows - begin), new Random(seed, `shard ${shard}`));
    await batch.save(join(folder, `trips-${String(shard).padStart(4, "0")}.arrow`), { ids: false, types });
  }
}

function makeRows(rows: number, random: Random) {
  const numbers = () => new Float64Array(rows);
  const [distance, duration, fare, tip, waiting] = [numbers(), numbers(), numbers(), numbers(), numbers()];
  const payment: string[] = new Array(rows);
  const weather: (string | null)[] = new Array(rows);
  const zone: string[] = new Array(rows);
  for (let i = 0; i < rows; i++) {
    distance[i] = Math.exp(0.9 + 0.8 * random.normal());
    duration[i] = 3 + distance[i] * (2.4 + Math.abs(random.normal()));
    fare[i] = 3 + 1.7 * distance[i] + 0.4 * duration[i];
    // meters are read wrongly once in a while
    if (random.chance(0.002)) fare[i] *= random.chance(0.5) ? 100 : -1;
    tip[i] = random.chance(0.35) ? 0 : fare[i] * Math.exp(-2 + 0.5 * random.normal());
    waiting[i] = random.chance(0.01) ? Number.NaN : -4 * Math.log(1 - random.uniform());
    payment[i] = pick(payments, random);
    weather[i] = random.chance(0.01) ? null : pick(weathers, random);
    zone[i] = pick(zones, random);
  }
  return TableBatch.from(rows, {
    distance_km: distance,
    duration_min: duration,
    fare,
    tip,
    waiting_min: waiting,
    payment,
    weather,
    zone,
  });
}

// the later in the list, the rarer
function pick(from: readonly string[], random: Random): string {
  return from[Math.floor(from.length * random.uniform() ** 2)];
}

/** The Arrow files of a folder. @throws TableError when there is none */
export async function openShards(folder: string): Promise<Dataset<ShardBatch>> {
  return Dataset.fromFiles("*.arrow", ShardBatch, { cwd: folder }).catch((cause) => {
    throw new TableError(`There are no files *.arrow in ${folder}: expected the parts of a table.`, {
      cause,
    });
  });
}

/**
 * Which columns are numbers and which are categories, by the beginning of the first file.
 * @throws TableError for a column that is neither
 */
export async function columnsOf(shards: Dataset<ShardBatch>): Promise<Columns> {
  const path = shards.pathOf(shards.indices[0]);
  const numeric: string[] = [];
  const categorical: string[] = [];
  const batches = readArrow(path, TableBatch, { nulls: 0 });
  const { value: batch } = await batches.next().catch(unreadable);
  await batches.return();
  if (!batch) throw new TableError(`${path} has no record batch, so its columns are unknown.`);
  using first = batch;
  for (const [name, column] of Object.entries(first.data)) {
    if (Array.isArray(column)) {
      if (column.every((each) => each === null || typeof each === "string")) categorical.push(name);
      else throw odd(name, "other values");
    } else if ("shape" in column && column.shape.length === 1) numeric.push(name);
    else throw odd(name, "rows of numbers");
  }
  const taken = categorical.map(encodedName).find((name) => name in first.data);
  if (taken === undefined) return { numeric, categorical };
  throw new TableError(`The table has a column "${taken}" already, a name that the job makes: rename it.`);
}

function odd(name: string, found: string): TableError {
  return new TableError(`The column "${name}" has ${found}: expected numbers or strings. Leave it out.`);
}
