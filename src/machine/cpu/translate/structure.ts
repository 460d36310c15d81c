/**
 * From a control-flow graph to nested JavaScript: guest loops become loops, joins become labelled blocks. After N. Ramsey,
 * "Beyond Relooper" (2022). The graph has one root that leads to every entry; an edge back to a node that does not
 * dominate its source goes through the root.
 */
export interface Graph {
  /** Successors by node; node 0 is the root, whose successors are the entries. */
  readonly successors: readonly (readonly number[])[];
}

export interface Shape {
  /** Position in reverse post-order; -1 for what cannot be reached. */
  readonly order: readonly number[];
  /** Reached by more than one way forward (or by an entry): a labelled block ends where it begins. */
  readonly isJoin: readonly boolean[];
  readonly isLoop: readonly boolean[];
  /** Joins immediately dominated by a node, last in order first. */
  readonly joins: readonly (readonly number[])[];
  /** Nodes that an edge leads back to without dominating it: they must be entries too. */
  readonly irreducible: readonly number[];
  readonly dominates: (a: number, b: number) => boolean;
}

export function shapeOf({ successors }: Graph): Shape {
  const order = successors.map((): number => -1), post: number[] = [], seen = successors.map((): boolean => false);
  const visit: { node: number; next: number }[] = [{ node: 0, next: 0 }];
  seen[0] = true;
  while (visit.length) {
    const top = visit[visit.length - 1], target = successors[top.node][top.next++];
    if (target === undefined) {
      post.push(top.node);
      visit.pop();
    } else if (!seen[target]) {
      seen[target] = true;
      visit.push({ node: target, next: 0 });
    }
  }
  const sorted = post.toReversed();
  sorted.forEach((node, n) => {
    order[node] = n;
  });
  const predecessors = successors.map((): number[] => []);
  for (const node of sorted) for (const to of new Set(successors[node])) predecessors[to].push(node);

  // Immediate dominators: Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm".
  const parent = successors.map((): number => -1);
  parent[0] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of sorted) {
      if (node === 0) continue;
      let dominator = -1;
      for (let other of predecessors[node]) {
        if (parent[other] < 0) continue;
        if (dominator < 0) {
          dominator = other;
          continue;
        }
        while (other !== dominator) {
          if (order[other] > order[dominator]) other = parent[other];
          else dominator = parent[dominator];
        }
      }
      if (parent[node] !== dominator) {
        parent[node] = dominator;
        changed = true;
      }
    }
  }
  const dominates = (a: number, b: number): boolean => {
    for (let at = b; ; at = parent[at]) {
      if (at === a) return true;
      if (at === 0) return false;
    }
  };
  const isJoin = successors.map((): boolean => false), isLoop = successors.map((): boolean => false), joins = successors.map((): number[] => []),
    irreducible = new Set<number>();
  for (const node of sorted) {
    if (node === 0) continue;
    const back = predecessors[node].filter((from) => order[from] >= order[node]);
    isLoop[node] = back.some((from) => dominates(node, from));
    for (const from of back) if (!dominates(node, from)) irreducible.add(node);
    isJoin[node] = predecessors[node].length - back.length > 1 || predecessors[node].includes(0);
    if (isJoin[node]) joins[parent[node]].push(node);
  }
  for (const list of joins) list.sort((a, b) => order[b] - order[a]);
  return { order, isJoin, isLoop, joins, irreducible: [...irreducible], dominates };
}
