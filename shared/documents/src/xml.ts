import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { tooLarge, unreadable } from './limits';

/** What is told of an XML text as it is read; names come without prefix. */
export interface XmlVisitor {
  /** `attributes` is good until this returns. */
  open?(name: string, attributes: XmlAttributes): void;
  /** A piece of text; one text may come in several. */
  text?(value: string): void;
  /** May return false to stop early: what follows is not looked at. */
  close?(name: string): unknown;
}

/** The attributes of a tag by their names as written. */
export interface XmlAttributes {
  get(name: string): string | undefined;
}

/**
 * Reads an XML text in pieces and rests after each, so that whoever goes through the generator sets the pace; the event
 * loop is released meanwhile. Entities a document defines itself are never expanded: a document type is refused. An empty
 * text tells nothing. Throws FILE_UNREADABLE on malformed or unfinished XML, FILE_TOO_LARGE on a part without measure.
 */
export async function* readXml(pieces: AsyncIterable<string>, visitor: XmlVisitor): AsyncGenerator<void> {
  const reading = new XmlReading(visitor);
  for await (const piece of pieces) {
    if (!reading.write(piece)) return;
    yield;
    await setImmediate();
  }
  reading.end();
}

/** {@link readXml} to its end. */
export async function walkXml(pieces: AsyncIterable<string>, visitor: XmlVisitor): Promise<void> {
  for await (const _piece of readXml(pieces, visitor));
}

/** A tag, text or comment longer than this is none of a spreadsheet program's; the parser would gather it all. */
const LONGEST_PART = 1024 * 1024;
const MEASURELESS = {
  zh: '其中一处内容超过 1 MB，请用表格软件打开后另存为 xlsx 再上传',
  en: 'one part of it has more than 1 MB; open it in a spreadsheet program and save it as xlsx',
};

/** A parser of its own for each text, with what it tells handed to a visitor. */
class XmlReading {
  private readonly parser = new SaxesParser();
  private readonly attributes = new TagAttributes();
  private isEmpty = true;
  private depth = 0;
  /** Characters since the parser last told something. */
  private untold = 0;
  private isStopped = false;
  private hasFailed = false;

  constructor(visitor: XmlVisitor) {
    const { parser, attributes } = this;
    const fail = () => {
      // What comes after the visitor had enough is not looked at.
      if (!this.isStopped) this.hasFailed = true;
    };
    const isWanted = () => {
      this.untold = 0;
      return !this.isStopped && !this.hasFailed;
    };
    parser.on('error', fail);
    parser.on('doctype', fail);
    parser.on('opentag', (tag) => {
      attributes.of = tag.attributes as Record<string, string>;
      this.depth += 1;
      if (isWanted()) visitor.open?.(local(tag.name), attributes);
    });
    parser.on('closetag', ({ name }) => {
      this.depth -= 1;
      if (isWanted() && visitor.close?.(local(name)) === false) this.isStopped = true;
    });
    const text = (value: string) => {
      // The line ends around the root are told as texts, too.
      if (isWanted() && this.depth > 0) visitor.text?.(value);
    };
    parser.on('comment', isWanted);
    parser.on('text', text);
    parser.on('cdata', text);
  }

  /** Takes the next piece; false when the visitor wants no more. */
  write(piece: string): boolean {
    if (piece !== '') {
      this.isEmpty = false;
      this.untold += piece.length;
      this.parser.write(piece);
      if (this.untold > LONGEST_PART + piece.length) throw tooLarge(MEASURELESS, LONGEST_PART);
    }
    this.throwIfFailed();
    return !this.isStopped;
  }

  end(): void {
    if (this.isEmpty) return;
    this.parser.close();
    this.throwIfFailed();
  }

  private throwIfFailed(): void {
    if (this.hasFailed) throw malformed();
  }
}

class TagAttributes implements XmlAttributes {
  of: Readonly<Record<string, string>> = {};

  get(name: string): string | undefined {
    return Object.hasOwn(this.of, name) ? this.of[name] : undefined;
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

function malformed() {
  return unreadable({
    zh: '表格内容已损坏，请用表格软件打开后另存为 xlsx 再上传',
    en: 'its contents are damaged; open it in a spreadsheet program and save it as xlsx',
  });
}
