import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { unreadable } from './limits';

export type XmlEvent =
  | { eventType: 'opentag'; value: { name: string; attributes: Record<string, string> } }
  | { eventType: 'closetag'; value: { name: string } }
  | { eventType: 'text'; value: string };

const CHUNK = 64 * 1024;

/**
 * Walks an XML text and hands every opening tag, text and closing tag to `visit`, names without prefix.
 * Entities a document defines itself are never expanded; the event loop is released between chunks.
 * An empty text has nothing to visit. `visit` may return false to stop early. Throws FILE_UNREADABLE on malformed or unfinished XML.
 */
export async function walkXml(text: string, visit: (event: XmlEvent) => unknown): Promise<void> {
  if (text === '') return;
  const parser = new SaxesParser();
  let events: XmlEvent[] = [];
  let failed = false;
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

  const drain = (): boolean => {
    const batch = events;
    events = [];
    return batch.every((event) => visit(event) !== false);
  };
  for (let start = 0; start < text.length; start += CHUNK) {
    parser.write(text.slice(start, start + CHUNK));
    if (failed) throw malformed();
    if (!drain()) return;
    await setImmediate();
  }
  parser.close();
  if (failed) throw malformed();
  drain();
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

function malformed() {
  return unreadable({
    zh: '表格内容已损坏，请用表格软件打开后另存为 xlsx 再上传',
    en: 'its contents are damaged; open it in a spreadsheet program and save it as xlsx',
  });
}
