import type { Block } from "../messages.js";
import type { Codec } from "./body.js";
import { notArrow } from "./broken.js";
import type { Budget } from "./budget.js";
import {
  checkBlock,
  checkFile,
  type First,
  footerPlace,
  headBytes,
  readFooter,
  tailBytes,
} from "./file-layout.js";
import { framesIn, readPrefix } from "./framing.js";
import { type Message, readMessage } from "./message.js";
import { Reading, type RowGroup } from "./reading.js";

export interface Opened {
  readonly reading: Reading;
  readonly groups: readonly RowGroup[];
}

type Codecs = (id: number) => Codec;

/** @param parts one message or several each, none of which is cut */
export function readStreamBytes(parts: readonly Uint8Array[], codecs: Codecs, budget: Budget): Opened {
  const groups: RowGroup[] = [];
  let stream: Stream | undefined;
  for (const part of parts) {
    for (const framed of framesIn(part)) {
      if (stream) {
        const group = stream.take(framed);
        if (group) groups.push(group);
      } else stream = new Stream(framed, codecs, budget);
    }
  }
  if (!stream) throw notArrow("there is no schema in them");
  return { reading: stream.reading, groups };
}

type Framed = Parameters<Reading["take"]>[0] & { readonly metadata: Uint8Array };

/** A stream, which begins with its schema. The schema may come again. */
export class Stream {
  readonly reading: Reading;
  readonly #schema: Uint8Array;

  constructor({ message, metadata }: Framed, codecs: Codecs, budget: Budget) {
    if (message.kind !== "schema") throw notArrow("there is no schema before their rows");
    this.#schema = metadata;
    this.reading = new Reading(message.schema, codecs, budget, false);
  }

  /** @returns the rows of a record batch; undefined for any other message */
  take(framed: Framed, budget?: Budget): RowGroup | undefined {
    const { message, metadata } = framed;
    const again = message.kind === "schema" && same(metadata, this.#schema);
    return again ? undefined : this.reading.take(framed, budget);
  }
}

const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** A file, by its footer. */
export function readFileBytes(bytes: Uint8Array, codecs: Codecs, budget: Budget): Opened {
  const tail = bytes.length - tailBytes;
  const place = footerPlace(bytes.subarray(Math.max(0, tail)), bytes.length);
  const footer = readFooter(bytes.subarray(place, tail), place);
  checkFile(firstMessage(bytes, place), footer, place);
  const reading = new Reading(footer.schema, codecs, budget, true);
  const take = (block: Block, kind: Message["kind"]) => {
    const { message, prefix } = messageAt(bytes, block.offset, place);
    checkBlock(block, prefix, message, kind);
    const begin = block.offset + block.metadataBytes;
    return reading.take({ message, body: bytes.subarray(begin, begin + block.bodyBytes) });
  };
  for (const block of footer.dictionaries) take(block, "dictionary");
  return { reading, groups: footer.records.map((block) => take(block, "records")!) };
}

function firstMessage(bytes: Uint8Array, end: number): First | undefined {
  try {
    return messageAt(bytes, headBytes, end);
  } catch {
    // nothing that the footer names
    return undefined;
  }
}

function messageAt(bytes: Uint8Array, place: number, end: number) {
  const prefix = readPrefix(bytes.subarray(place, place + 8), place, end - place);
  const begin = place + prefix.bytes;
  const bodyAt = begin + prefix.metadataBytes;
  const message = readMessage(bytes.subarray(begin, bodyAt));
  return { prefix, message, end: bodyAt + message.bodyBytes };
}
