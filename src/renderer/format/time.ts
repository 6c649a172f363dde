export { formatBytes } from '../../core/domain/format'

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' })
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

const DAY_MS = 86_400_000
const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** When something happened, as short as is clear: Today 09:41, Tue 17:55, 3 Aug 2026. */
export function formatMoment(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS)
  if (days === 0) return `Today ${clock.format(at)}`
  if (days > 0 && days < 7) return `${weekday.format(at)} ${clock.format(at)}`
  return date.format(at)
}

/** How long ago, for a status line: just now, 12 s ago, 3 min ago, 2 h ago. */
export function formatAgo(ms: number): string {
  if (ms < 2000) return 'just now'
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s ago`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ago`
  return `${Math.floor(ms / 3_600_000)} h ago`
}
