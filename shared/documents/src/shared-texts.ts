import { tooLarge } from './limits';

const CHUNK = 1024 * 1024;
/** Room for the texts and their places: 400 bytes for each of 120,000 rows. */
const MOST_BYTES = 48 * CHUNK;
const BYTES_OF_A_PLACE = 8;

/**
 * The shared texts of a workbook by their numbers, kept as bytes outside the heap: as strings those of a county take
 * several times as much, and each would hold on to the piece of the file that it was read from.
 */
export class SharedTexts {
  private readonly chunks: Buffer[] = [];
  /** Where each text begins and ends; a text stands in one chunk. */
  private places = new Uint32Array(1024);
  private count = 0;
  private end = 0;

  /** Adds the next text. Throws FILE_TOO_LARGE when all of them together take too much. */
  add(text: string): void {
    // A text longer than a chunk is longer than any cell may be: without its end it is refused as well.
    const bytes = Math.min(Buffer.byteLength(text), CHUNK);
    if (this.end + bytes > this.chunks.length * CHUNK) {
      this.end = this.chunks.length * CHUNK;
      this.chunks.push(Buffer.allocUnsafeSlow(CHUNK));
    }
    if (this.chunks.length * CHUNK + this.count * BYTES_OF_A_PLACE > MOST_BYTES) throw overLimit();
    const place = this.count * 2;
    if (place === this.places.length) this.places = doubled(this.places);
    this.places[place] = this.end;
    this.end += bytes === 0 ? 0 : this.chunks.at(-1)!.write(text, this.end % CHUNK, bytes);
    this.places[place + 1] = this.end;
    this.count += 1;
  }

  /** The text of a number; empty for one that there is not. */
  get(number: number): string {
    if (!Number.isInteger(number) || number < 0 || number >= this.count) return '';
    const start = this.places[number * 2]!;
    const end = this.places[number * 2 + 1]!;
    if (start === end) return '';
    const offset = start % CHUNK;
    return this.chunks[Math.floor(start / CHUNK)]!.toString('utf8', offset, offset + end - start);
  }
}

function doubled(places: Uint32Array): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(places.length * 2);
  wider.set(places);
  return wider;
}

function overLimit() {
  const megabytes = MOST_BYTES / CHUNK;
  return tooLarge(
    {
      zh: `不同的文本共超过 ${megabytes} MB，请删除多余的内容或拆分为多个文件后分别上传`,
      en: `its different texts take more than ${megabytes} MB; remove surplus content or split it into several files`,
    },
    MOST_BYTES,
  );
}
