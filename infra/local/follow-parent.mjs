// Preloaded into every child of the launcher: when the launcher is gone, however it went, the channel to it
// closes and the child shuts down as on SIGTERM; if it cannot, it exits after a grace period.
const GRACE = 8000;

if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.exit(1), GRACE).unref();
  });
}
