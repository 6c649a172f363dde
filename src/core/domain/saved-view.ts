/** What a page saved of itself under a name; the state is the page's own, `savedAt` ms since the epoch. */
export interface SavedView {
  name: string
  state: unknown
  savedAt: number
}
