/** Small helpers for the scripts of this folder: run a command, and find the project's root. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Path of a tool that a dependency brings, run by Node itself so that killing us kills it. */
export const tool = (path) => join(root, 'node_modules', path);

/**
 * Runs `node ARGS...` in the project root with our own standard streams.
 * @returns {Promise<number>} the exit status; 1 when it was killed.
 */
export function node(args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
