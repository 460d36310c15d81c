/** The page's own icons, 16 by 16, one stroke. They match the design's weight, which icon sets at 12 px do not. */
const PATHS = {
  start: 'M4 4v8M13 4 7 8l6 4Z',
  back: 'M11.5 3.5 5 8l6.5 4.5Z',
  forward: 'M4.5 3.5 11 8l-6.5 4.5Z',
  end: 'M12 4v8M3 4l6 4-6 4Z',
  run: 'M3 3.5v9L7.5 8ZM8.5 3.5v9L13 8Z',
  pause: 'M5.5 4v8M10.5 4v8',
  chevron: 'M4.5 6.5 8 10l3.5-3.5',
  left: 'M10 4 6 8l4 4',
  right: 'M6 4l4 4-4 4',
  share: 'M8 10V2.5M5 5l3-2.5L11 5M4 8H3v5.5h10V8h-1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5l3 3',
  theme: 'M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z',
  help: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.3M8 11.6v.1M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  maximise: 'M9.5 3H13v3.5M6.5 13H3V9.5M13 3 9 7M3 13l4-4',
  restore: 'M9 3v4h4M7 13V9H3M9 7l4-4M7 9l-4 4',
  info: 'M8 7.5V11M8 5v.1M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  clock: 'M8 5v3l2 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  cross: 'M2.5 8h11M10 4.5 13.5 8 10 11.5M6 3v10',
  call: 'M3 3v5.5a2 2 0 0 0 2 2h8M10 7.5l3 3-3 3',
  ret: 'M13 13V7.5a2 2 0 0 0-2-2H3M6 2.500l-3 3 3 3',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  close: 'M4 4l8 8M12 4l-8 8',
  bulb: 'M6 12.5h4M6.5 14.5h3M5.5 10A4 4 0 1 1 10.5 10c-.5.5-.7 1-.7 1.5H6.200c0-.5-.2-1-.7-1.5Z',
  swap: 'M3 5.5h9M9.500 3 12 5.5 9.500 8M13 10.5H4M6.500 8 4 10.5 6.500 13',
  fold: 'M4 6l4-3.5L12 6M4 10l4 3.5 4-3.5',
  table: 'M2.500 3.500h11v9h-11ZM2.500 6.500h11M6.500 6.500v6',
  edit: 'M3 13l.8-3.200L11 2.600l2.400 2.400-7.200 7.200ZM9.500 4.100l2.400 2.400',
  check: 'M3.500 8.500l3 3 6-7',
  undo: 'M3.500 6.500h6a3.500 3.500 0 0 1 0 7H6M6 3.500l-3 3 3 3',
  bolt: 'M9 2 4 9h3.500L7 14l5-7H8.500Z',
  dots: 'M3.500 8h.1M8 8h.1M12.500 8h.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return <svg className={small ? 'ic s' : 'ic'} viewBox="0 0 16 16" aria-hidden="true"><path d={PATHS[name]} /></svg>;
}
