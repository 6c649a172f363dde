/** Median of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Milliseconds that an action takes. */
export async function timed(action: () => unknown): Promise<number> {
  const start = performance.now()
  await action()
  return performance.now() - start
}

/** Prints rows as an aligned table. */
export function table(rows: readonly (readonly (string | number)[])[]): void {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => String(row[c]).length)))
  for (const row of rows)
    console.log(
      row.map((cell, c) => (c ? String(cell).padStart(widths[c]!) : String(cell).padEnd(widths[c]!))).join('  '),
    )
}
