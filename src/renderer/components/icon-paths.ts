/** Stroked icons on a 16 × 16 grid: `d` of one path each. */
export const ICON_PATHS = {
  plus: 'M8 3v10M3 8h10',
  list: 'M6 4h8M6 8h8M6 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  lab: 'M1.5 4h2.5c3.5 0 3 7.5 6 7.5 2 0 2.5-4.5 4-9M8 2v12',
  compare: 'M1.5 2.5c.5 7 3 10 13 10M1.5 12.5c5-.5 8-4 13-9',
  keys: 'M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5 9.5h6',
  settings:
    'M2 5h7M13 5h1M2 11h1M7 11h7M11 3.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6ZM5 9.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 13.5 13.5',
  database: 'M8 2c3 0 5 .9 5 2s-2 2-5 2-5-.9-5-2 2-2 5-2ZM3 4v8c0 1.1 2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2 2 5 2s5-.9 5-2',
  back: 'M10 3 5 8l5 5',
  forward: 'M6 3l5 5-5 5',
  down: 'M4 6l4 4 4-4',
  up: 'M4 10l4-4 4 4',
  stop: 'M4 4h8v8H4z',
  play: 'M5 3l8 5-8 5z',
  export: 'M8 2v8M5 7l3 3 3-3M2.5 11v2.5h11V11',
  copy: 'M6 6h7.5v7.5H6zM10 3.5V2.5H2.5V10h1',
  check: 'M3 8.5 6.5 12 13 4.5',
  cross: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  above: 'M2 3h12v10H2zM2 8h12',
  beside: 'M2 3h12v10H2zM8 3v10',
  alert: 'M8 2 15 14H1zM8 6.5v3.5M8 12h.01',
  note: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 7.5V11M8 5h.01',
  retry: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  enter: 'M13 4v5H4M7 6 4 9l3 3',
  trash: 'M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.7 9h6.6l.7-9',
} as const

export type IconName = keyof typeof ICON_PATHS
