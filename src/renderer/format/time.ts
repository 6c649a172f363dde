export { formatBytes } from '../../core/domain/format'

// By hand: the formatters of Intl take longer to make than the whole table of runs to draw.
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const DAY_MS = 86_400_000
const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** When something happened, as short as is clear: Today 09:41, Tue 17:55, 3 Aug 2026. */
export function formatMoment(at: number, now: number): string {
  const date = new Date(at)
  const clock = [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':')
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS)
  if (days === 0) return `Today ${clock}`
  if (days > 0 && days < 7) return `${WEEKDAYS[date.getDay()]} ${clock}`
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`
}

/** How long ago, for a status line: just now, 12 s ago, 3 min ago, 2 h ago. */
export function formatAgo(ms: number): string {
  if (ms < 2000) return 'just now'
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`
  return `${Math.floor(ms / 3_600_000)} h ago`
}
