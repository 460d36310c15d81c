/** Applications that wait for connections: what asks them for something, and the port that they listen at. */
export interface Server {
  readonly app: string;
  readonly port: number;
}

export const SERVERS = {
  echo: { app: 'echo-server', port: 7 },
  kv: { app: 'kv-store', port: 11_211 },
} as const satisfies Readonly<Record<string, Server>>;

export type Workload = keyof typeof SERVERS;

export function serverOf(app: string): Workload | undefined {
  return (Object.keys(SERVERS) as Workload[]).find((workload) => SERVERS[workload].app === app);
}

/** Where somebody at the client connects to, if nothing else is said. */
export const portOf = (app: string): number => SERVERS[serverOf(app) ?? 'echo'].port;
