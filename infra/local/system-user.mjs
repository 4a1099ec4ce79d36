// PostgreSQL refuses to run as root. Who runs as root (a container, a build machine) gets it under another user.
import { spawnSync } from 'node:child_process';

function idOf(name, flag) {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return status === 0 ? Number(stdout.trim()) : null;
}

/** The user and group to run PostgreSQL as; null when it may run as the caller. */
export function postgresUser() {
  if (typeof process.getuid !== 'function' || process.getuid() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf(name, '-u');
    const gid = idOf(name, '-g');
    if (uid && gid) return { name, uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody. Run as an ordinary user.',
  );
}

/** Ways to start a program as that user: plainly, or keeping the right to pass closed folders above the data. */
function ways(user) {
  if (!user) return [{ prefix: [], options: {} }];
  const { uid, gid } = user;
  const keep = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return [
    { prefix: [], options: { uid, gid } },
    {
      prefix: ['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...keep],
      options: {},
    },
  ];
}

/**
 * How to start programs for the user so that they reach the folders: a command prefix and spawn options. A clone
 * below a folder that only root may enter (a home, a temporary folder) needs the second way.
 * @param {{ name: string, uid: number, gid: number } | null} user
 * @param {{ program: string, folder: string }} needs a program it must be able to run and a folder it must enter
 */
export function launchPrefix(user, { program, folder }) {
  for (const way of ways(user)) {
    const [command, ...args] = [
      ...way.prefix,
      '/bin/sh',
      '-c',
      'cd "$1" && exec "$2" --version',
      'sh',
      folder,
      program,
    ];
    if (spawnSync(command, args, { ...way.options, stdio: 'ignore' }).status === 0) return way;
  }
  const who = user?.name ?? 'this user';
  throw new Error(
    `PostgreSQL would run as ${who}, who cannot reach ${folder} or ${program}. Put the clone into a folder that everyone may enter, or run as an ordinary user.`,
  );
}
