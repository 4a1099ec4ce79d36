// Preloaded into every process that the launcher starts: makes it a child that reports to the launcher and ends with it.
import { Server } from 'node:net';

const GRACE = 8000;

/** Tells the launcher every port this process itself listens on: another program on the port would not say so. */
const reportPorts = () => {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...where) {
    this.once('listening', () => process.send?.({ listensOn: this.address()?.port }));
    return listen.apply(this, where);
  };
};

/**
 * When the launcher is gone, however it went, the channel to it closes and the process shuts down as on SIGTERM; if it cannot,
 * it exits after a grace period. */
const endWithLauncher = () => {
  process.channel.unref();
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), GRACE).unref();
  });
};

if (process.channel) {
  reportPorts();
  endWithLauncher();
}
