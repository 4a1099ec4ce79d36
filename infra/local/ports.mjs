import { createServer } from 'node:net';

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}

/** True when nothing listens on the port. */
export async function isFree(port) {
  return (await tryPort(port)) !== null;
}

/** The preferred port when free, else one the system chooses; never one of `taken`. */
export async function freePort(preferred, taken = []) {
  if (!taken.includes(preferred)) {
    const port = await tryPort(preferred);
    if (port !== null) return port;
  }
  for (;;) {
    const port = await tryPort(0);
    if (port !== null && !taken.includes(port)) return port;
  }
}
