/** Line icons, drawn here so that nothing is loaded. Decorative: the words beside them carry the meaning. */
const PATHS = {
  shield: 'M12 3l7 3v5c0 4.6-2.9 8.4-7 10-4.1-1.6-7-5.4-7-10V6l7-3zM9 12l2.2 2.2L15.2 10',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  warn: 'M12 4l9 16H3L12 4zM12 10v4M12 17v.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01',
  stop: 'M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5zM12 8v5M12 16v.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  repeat: 'M4 12a8 8 0 0 1 13.7-5.6L20 8M20 4v4h-4M20 12a8 8 0 0 1-13.7 5.6L4 16M4 20v-4h4',
  agent: 'M6 9h12v9H6V9zM12 9V5M12 5v.01M9.5 13v.01M14.5 13v.01M10 16h4M3 12v3M21 12v3',
  person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21c.6-4 3.6-6 7.500-6s6.900 2 7.500 6',
  question: 'M9 9a3 3 0 1 1 4.600 2.500c-1 .7-1.600 1.200-1.600 2.500M12 17.500v.01',
  key: 'M14.500 4a5.500 5.500 0 1 1-4.700 8.300L4 18v2.500h3v-2h2v-2h2l1.300-1.300M15.500 8.500v.01',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name, flip = false }: { name: IconName; flip?: boolean }) {
  return (
    <svg
      class={flip ? 'icon icon-flip' : 'icon'}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
