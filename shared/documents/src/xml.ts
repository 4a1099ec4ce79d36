import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { unreadable } from './limits';
import { slicesOf } from './slices';

export type XmlEvent =
  | { eventType: 'opentag'; value: { name: string; attributes: Record<string, string> } }
  | { eventType: 'closetag'; value: { name: string } }
  | { eventType: 'text'; value: string };

/**
 * Walks an XML text, whole or in pieces, and gives every opening tag, text and closing tag, names without prefix, a
 * batch for each piece. Entities a document defines itself are never expanded; the event loop is released between
 * pieces. An empty text has no events. Throws FILE_UNREADABLE on malformed or unfinished XML.
 */
export async function* xmlEvents(text: string | AsyncIterable<string>): AsyncGenerator<XmlEvent[]> {
  const parser = new SaxesParser();
  let events: XmlEvent[] = [];
  let failed = false;
  let empty = true;
  parser.on('error', () => {
    failed = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    events.push({
      eventType: 'opentag',
      value: { name: local(name), attributes: attributes as Record<string, string> },
    });
  });
  parser.on('closetag', ({ name }) => {
    events.push({ eventType: 'closetag', value: { name: local(name) } });
  });
  const addText = (value: string) => {
    events.push({ eventType: 'text', value });
  };
  parser.on('text', addText);
  parser.on('cdata', addText);

  for await (const piece of typeof text === 'string' ? slicesOf(text) : text) {
    if (piece === '') continue;
    empty = false;
    parser.write(piece);
    if (failed) throw malformed();
    yield events;
    events = [];
    await setImmediate();
  }
  if (empty) return;
  parser.close();
  if (failed) throw malformed();
  yield events;
}

/** {@link xmlEvents}, each handed to `visit`, which may return false to stop early. */
export async function walkXml(
  text: string | AsyncIterable<string>,
  visit: (event: XmlEvent) => unknown,
): Promise<void> {
  for await (const batch of xmlEvents(text)) {
    for (const event of batch) if (visit(event) === false) return;
  }
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

function malformed() {
  return unreadable({
    zh: '表格内容已损坏，请用表格软件打开后另存为 xlsx 再上传',
    en: 'its contents are damaged; open it in a spreadsheet program and save it as xlsx',
  });
}
