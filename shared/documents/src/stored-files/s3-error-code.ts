import { walkXml } from '../xml';

/** Longer than any description of an error; what is longer comes from something else in between. */
const LONGEST = 16 * 1024;

/** What an S3-compatible store calls a refusal, `NoSuchKey` for one; empty when the answer is none of its descriptions. */
export async function s3ErrorCode(description: string): Promise<string> {
  if (description.length > LONGEST) return '';
  const open: string[] = [];
  let code = '';
  const visitor = {
    open: (name: string) => void open.push(name),
    text: (value: string) => {
      if (open.join('/') === 'Error/Code') code += value;
    },
    close: () => void open.pop(),
  };
  const pieces = (async function* () {
    yield description;
  })();
  // An intermediary answers with a page of its own, which is no XML.
  await walkXml(pieces, visitor).catch(() => undefined);
  return /^[A-Za-z]{1,64}$/.test(code) ? code : '';
}
