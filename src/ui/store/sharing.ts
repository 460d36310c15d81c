/**
 * Structural sharing: a new view keeps every part of the old one that says the same, so that what did not change is the
 * same object and its picture is not drawn again.
 */
type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

export function share<T>(old: unknown, now: T): T {
  if (Object.is(old, now)) return now;
  if (Array.isArray(now)) {
    const before: unknown[] = Array.isArray(old) ? old : [];
    const parts: unknown[] = now.map((part: unknown, index) => share(before[index], part));
    return (parts.length === before.length && parts.every((part, index) => part === before[index]) ? before : parts) as T;
  }
  if (isPlain(now) && isPlain(old)) {
    const out: Plain = {};
    const keys = Object.keys(now);
    let same = Object.keys(old).length === keys.length;
    for (const key of keys) {
      out[key] = share(old[key], now[key]);
      if (out[key] !== old[key]) same = false;
    }
    return (same ? old : out) as T;
  }
  return now;
}
