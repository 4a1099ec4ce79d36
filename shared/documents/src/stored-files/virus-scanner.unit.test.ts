import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { clamAvScanner } from './clamav-scanner';
import { virusScannerFrom } from './from-environment';
import { samples } from './sample-files.fixture';

async function* inPieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe('the scanner of machines without ClamAV', () => {
  const scanner = virusScannerFrom({});

  it('says what it is', () => expect(scanner.name).toBe('eicar-test-file-only'));

  it.each([1, 7, 64, 65_536, 1_000_000])('finds the test file in pieces of %i bytes', async (size) => {
    expect(await scanner.scan(inPieces(samples.eicarPdf, size))).toEqual({
      infected: true,
      threat: 'EICAR-Test-File',
    });
  });

  it('finds nothing in what is not the test file', async () => {
    const almost = Buffer.from(samples.eicarPdf.toString('latin1').replace('EICAR', 'EICAT'), 'latin1');
    expect(await scanner.scan(inPieces(almost, 64))).toEqual({ infected: false });
  });
});

describe('ClamAV', () => {
  let server: Server;
  let received: Buffer;
  let behaviour: (socket: Socket) => void;

  beforeEach(async () => {
    received = Buffer.alloc(0);
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      behaviour(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
  });
  const scanner = (timeoutMs = 2_000) =>
    clamAvScanner({ port: (server.address() as AddressInfo).port, timeoutMs });

  /** Answers as clamd does: when the piece of length zero has come. */
  const answering = (reply: string) => (socket: Socket) => {
    let raw = Buffer.alloc(0);
    socket.on('data', (part) => {
      raw = Buffer.concat([raw, part]);
      const { content, ended } = unframed(raw);
      if (ended) {
        received = content;
        socket.end(reply);
      }
    });
  };
  function unframed(raw: Buffer) {
    const command = 'zINSTREAM\0';
    if (!raw.toString('latin1').startsWith(command)) return { content: raw, ended: false };
    const pieces: Buffer[] = [];
    for (let at = command.length; at + 4 <= raw.length; ) {
      const length = raw.readUInt32BE(at);
      if (length === 0) return { content: Buffer.concat(pieces), ended: true };
      pieces.push(raw.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    return { content: raw, ended: false };
  }

  it('gets the whole content by INSTREAM and says it is clean', async () => {
    behaviour = answering('stream: OK\0');
    const content = Buffer.alloc(700_000, 3);
    expect(await scanner().scan(inPieces(content, 64 * 1024))).toEqual({ infected: false });
    expect(Buffer.compare(received, content)).toBe(0);
  });

  it('names what it found', async () => {
    behaviour = answering('stream: Win.Test.EICAR_HDB-1 FOUND\0');
    expect(await scanner().scan(inPieces(samples.eicarPdf, 100))).toEqual({
      infected: true,
      threat: 'Win.Test.EICAR_HDB-1',
    });
  });

  it.each([
    ['an error', 'stream: Can’t allocate memory ERROR\0'],
    ['something else', 'PONG\0'],
    ['nothing', ''],
  ])('is not believed to have scanned when it answers %s', async (_what, reply) => {
    behaviour = answering(reply);
    await expect(scanner().scan(inPieces(samples.pdf, 100))).rejects.toThrow(/clamd/);
  });

  it('is not believed when it stops reading because of its size limit', async () => {
    behaviour = (socket) => {
      socket.once('data', () => socket.end('INSTREAM size limit exceeded. ERROR\0'));
    };
    await expect(scanner().scan(inPieces(Buffer.alloc(5_000_000), 65_536))).rejects.toThrow();
  });

  it('is not waited for when it is silent', async () => {
    behaviour = (socket) => void socket.resume();
    const started = performance.now();
    await expect(scanner(150).scan(inPieces(samples.pdf, 100))).rejects.toThrow('silent');
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('fails when it cannot be reached, or when the content breaks off', async () => {
    behaviour = answering('stream: OK\0');
    await expect(
      clamAvScanner({ host: '127.0.0.1', port: 1 }).scan(inPieces(samples.pdf, 100)),
    ).rejects.toThrow();
    const broken = async function* () {
      yield samples.pdf;
      await sleep(1);
      throw new Error('broken off');
    };
    await expect(scanner().scan(broken())).rejects.toThrow('broken off');
  });
});
