import type { ChartPanel } from '../../charts/types'

/**
 * Panels side by side in two stacks, in reading order, rate and momentum under them; a single one stands over both.
 * Where the second stack has one panel less, its last one is higher: the ribbons stay on one line.
 */
export function columnsOf(panels: readonly ChartPanel[], ribbon: readonly ChartPanel[]): ChartPanel[][] {
  if (panels.length === 1) return [[...panels, ...ribbon]]
  const left = panels.filter((_, i) => i % 2 === 0)
  const right = panels.filter((_, i) => i % 2 === 1)
  const height = (stack: readonly ChartPanel[]) => stack.reduce((sum, { share }) => sum + share, 0)
  const missing = height(left) - height(right)
  const last = right.at(-1)!
  return [
    [...left, ribbon[0]!],
    [...right.slice(0, -1), { ...last, share: last.share + missing }, ...ribbon.slice(1)],
  ]
}
