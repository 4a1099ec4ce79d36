import { walkXml } from './xml';

/** What a visitor is told, texts joined; read in pieces of `size` characters. */
async function told(xml: string, size = xml.length): Promise<string[]> {
  const events: string[] = [];
  async function* pieces() {
    for (let at = 0; at < xml.length; at += size) yield xml.slice(at, at + size);
  }
  await walkXml(pieces(), {
    open: (name, attributes) => {
      events.push(`<${name} ${attributes.get('r') ?? ''} ${attributes.get('x:id') ?? ''}`);
    },
    text: (value) => {
      if (events.at(-1)?.startsWith('"')) events[events.length - 1] += value;
      else events.push(`"${value}`);
    },
    close: (name) => {
      events.push(`/${name}`);
    },
  });
  return events;
}

const DOCUMENT = `<?xml version="1.0"?>
<!-- a > b --><x:a r='1&amp;2' x:id = "&#x4e00;"><b r=">"/>甲&lt;乙&#x20;丙\r\n丁<![CDATA[<&>]]><c></c ></x:a>
`;

describe('XML', () => {
  it('tells tags without prefix, attributes as written, texts with their references', async () => {
    expect(await told(DOCUMENT)).toEqual([
      '<a 1&2 一',
      '<b > ',
      '/b',
      '"甲<乙 丙\n丁<&>',
      '<c  ',
      '/c',
      '/a',
    ]);
  });

  it.each([1, 2, 3, 5, 7, 16, 40])('says the same in pieces of %i characters', async (size) => {
    expect(await told(DOCUMENT, size)).toEqual(await told(DOCUMENT));
  });

  it('of nothing tells nothing', async () => {
    expect(await told('')).toEqual([]);
  });

  it.each([
    ['a tag that is not closed', '<a><b></b>'],
    ['a tag that is cut', '<a><b r="1'],
    ['tags that cross', '<a><b></a></b>'],
    ['a closing tag too many', '<a></a></a>'],
    ['two roots', '<a/><b/>'],
    ['no root', '  '],
    ['text outside the root', '<a/>x'],
    ['a section outside the root', '<![CDATA[x]]><a/>'],
    ['an attribute without quotes', '<a r=1/>'],
    ['an attribute without a value', '<a r/>'],
    ['attributes that touch', '<a r="1"s="2"/>'],
    ['an attribute twice', '<a r="1" r="2"/>'],
    ['a tag in an attribute', '<a r="<b/>"/>'],
    ['a tag without a name', '<a>< b/></a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['an entity without its end', '<a>x & y</a>'],
    ['a property of objects for an entity', '<a>&constructor;</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['a control character by its number', '<a>&#0;</a>'],
    ['half a character by its number', '<a>&#xD800;</a>'],
    ['a character beyond all', '<a>&#x110000;</a>'],
    ['a comment without an end', `<a><!--${'x'.repeat(10)}</a>`],
  ])('is refused: %s', async (_name, xml) => {
    for (const size of [xml.length, 3]) {
      await expect(told(xml, size)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    }
  });

  it.each([
    ['tag', `<a r="${'x'.repeat(2_000_000)}"/>`],
    ['comment', `<a><!--${'x'.repeat(2_000_000)}--></a>`],
  ])('that comes in pieces is not gathered for a %s without measure', async (_name, xml) => {
    const failure = await told(xml, 65_536).catch((error: { code: string }) => error.code);
    expect(failure).toBe('FILE_TOO_LARGE');
  });

  it('is not read on when the visitor wants no more', async () => {
    let read = 0;
    async function* pieces() {
      for (const piece of ['<a><b>', '</b>', '<broken', '']) {
        read += 1;
        yield piece;
      }
    }
    await walkXml(pieces(), { close: () => false });
    expect(read).toBe(2);
  });
});
