/** The numbers of a panel as a table: texts, in the order in which the picture would be read. */
export interface PanelNumbers {
  columns: readonly string[]
  rows: readonly (readonly string[])[]
}

/** Tab separated, as a spreadsheet takes it; what would break a cell is a space. */
export const numbersText = ({ columns, rows }: PanelNumbers): string =>
  [columns, ...rows].map((row) => row.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
