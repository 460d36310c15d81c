/** The lab on the command line. */
import { ringside } from './commands.ts';
import { isLoadThread, serveLoad } from './load-thread.ts';
import { takeObjects } from './objects.ts';

// Whoever reads our output may stop reading, as head(1) does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

if (isLoadThread()) serveLoad();
else {
  takeObjects();
  process.exitCode = await ringside(process.argv.slice(2));
}
