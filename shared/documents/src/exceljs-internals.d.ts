// exceljs carries the strict, entity-safe XML parser `saxes` behind this module; its version is pinned.
declare module 'exceljs/lib/utils/parse-sax' {
  export interface OpenTag {
    name: string;
    attributes: Record<string, string>;
  }
  export type XmlEvent =
    | { eventType: 'opentag'; value: OpenTag }
    | { eventType: 'closetag'; value: { name: string } }
    | { eventType: 'text'; value: string };
  export default function parseSax(
    chunks: AsyncIterable<string> | Iterable<string>,
  ): AsyncGenerator<XmlEvent[]>;
}
