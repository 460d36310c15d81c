/** dist/ by a server that knows nothing of the lab, in a folder below its root, as a project page serves it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES: Record<string, string> = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2',
};

export interface StaticServer {
  url: string;
  /** From now on nobody answers. */
  close: () => void;
  /** For so many seconds a browser need not ask again. */
  age: number;
  /** How each file leaves: as it is, unless a test says otherwise. */
  change: (path: string, content: Buffer) => Buffer;
}

export async function serveDist(folder: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const url = request.url ?? '', path = url.startsWith(folder) ? url.slice(folder.length).replace(/\?.*$/, '') || 'index.html' : null;
    const file = path === null ? null : join(DIST, path);
    if (path === null || file === null || file.includes('..') || !existsSync(file)) response.writeHead(404).end();
    else {
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': `max-age=${served.age}` })
        .end(served.change(path, readFileSync(file)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: StaticServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
    age: 0,
    change: (_path, content) => content,
  };
  return served;
}
