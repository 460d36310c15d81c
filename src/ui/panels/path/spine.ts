/**
 * The path as two lines. The line out is the spine: from the root always into the visit that did most; the line back
 * holds, under each box of the spine, what else that function called.
 */
import type { PathNode } from '../../../link/reports.ts';

export interface Column {
  node: PathNode;
  /** Other visits that the node made itself, in order, each with all below it counted in. */
  side: readonly { node: PathNode; instructions: number; visits: number; current: boolean; reached: boolean }[];
}

export interface Tree {
  roots: readonly PathNode[];
  children: ReadonlyMap<number, readonly PathNode[]>;
  total: ReadonlyMap<number, number>;
}

export function tree(nodes: readonly PathNode[]): Tree {
  const children = new Map<number, PathNode[]>();
  const roots: PathNode[] = [];
  for (const node of nodes) {
    if (node.parent === null) roots.push(node);
    else children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  const total = new Map<number, number>();
  const add = (node: PathNode): number => {
    const sum = (children.get(node.id) ?? []).reduce((so, child) => so + add(child), node.instructions);
    total.set(node.id, sum);
    return sum;
  };
  roots.forEach(add);
  return { roots, children, total };
}

function below(node: PathNode, { children }: Tree): PathNode[] {
  return [node, ...(children.get(node.id) ?? []).flatMap((child) => below(child, { roots: [], children, total: new Map() }))];
}

export function spine(nodes: readonly PathNode[]): Column[] {
  const made = tree(nodes);
  const weight = (node: PathNode) => made.total.get(node.id) ?? 0;
  const heaviest = (list: readonly PathNode[]) => list.reduce<PathNode | undefined>((best, node) => (!best || weight(node) > weight(best) ? node : best),
    undefined);
  const columns: Column[] = [];
  let siblings: readonly PathNode[] = made.roots;
  let node = heaviest(made.roots);
  while (node) {
    const calls: readonly PathNode[] = made.children.get(node.id) ?? [];
    const next = heaviest(calls);
    const others = columns.length === 0 ? [...siblings.filter((root) => root !== node), ...calls.filter((call) => call !== next)]
      : calls.filter((call) => call !== next);
    columns.push({
      node,
      side: others.map((call) => {
        const all = below(call, made);
        return { node: call, instructions: weight(call), visits: all.length, current: all.some((one) => one.current), reached: call.reached };
      }),
    });
    siblings = calls;
    node = next;
  }
  return columns;
}

/** Visits of functions that the other path never enters: what that configuration skips. */
export function skipped(ours: readonly PathNode[], theirs: readonly PathNode[]): PathNode[] {
  const names = new Set(theirs.map((node) => node.name));
  return ours.filter((node) => !names.has(node.name));
}
