// Preloaded into every child of the launcher. It tells the launcher which ports it listens on. When the launcher is gone,
// however it went, the channel to it closes and the child shuts down as on SIGTERM; if it cannot, it exits after a grace period.
import { Server } from 'node:net';

const GRACE = 8000;

if (process.channel) {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...where) {
    this.once('listening', () => process.send?.({ listensOn: this.address()?.port }));
    return listen.apply(this, where);
  };
  process.channel.unref();
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), GRACE).unref();
  });
}
