import { setImmediate } from 'node:timers/promises';
import parseSax, { type XmlEvent } from 'exceljs/lib/utils/parse-sax';
import { unreadable } from './limits';

export type { XmlEvent };

const CHUNK = 64 * 1024;

/**
 * Walks an XML text and hands every opening tag, text and closing tag to `visit`, names without prefix.
 * Entities a document defines itself are never expanded; the event loop is released between chunks.
 * `visit` may return false to stop early. Throws FILE_UNREADABLE on malformed or unfinished XML.
 */
export async function walkXml(text: string, visit: (event: XmlEvent) => unknown): Promise<void> {
  let depth = 0;
  try {
    for await (const events of parseSax(chunks(text))) {
      for (const event of events) {
        if (event.eventType === 'opentag') depth += 1;
        if (event.eventType === 'closetag') depth -= 1;
        if (visit(withoutPrefix(event)) === false) return;
      }
      await setImmediate();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') throw error;
    throw malformed();
  }
  if (depth !== 0) throw malformed();
}

function* chunks(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += CHUNK) yield text.slice(start, start + CHUNK);
}

function withoutPrefix(event: XmlEvent): XmlEvent {
  if (event.eventType === 'text' || !event.value.name.includes(':')) return event;
  const name = event.value.name.slice(event.value.name.indexOf(':') + 1);
  return { ...event, value: { ...event.value, name } } as XmlEvent;
}

function malformed() {
  return unreadable({
    zh: '表格内容已损坏，请用表格软件打开后另存为 xlsx 再上传',
    en: 'its contents are damaged; open it in a spreadsheet program and save it as xlsx',
  });
}
