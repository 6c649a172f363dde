/** What a list of runs is sorted by: any field, see `fieldOf`. */
export interface RunSort {
  column: string
  descending: boolean
}

export const NEWEST_FIRST: RunSort = { column: 'createdAt', descending: true }
