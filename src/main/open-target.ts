/** Ids as the core makes them, and as imports may bring them. */
const RUN_ID = /^[A-Za-z0-9_-]{1,256}$/

/** The run that an `anneal://run/ID` link names; null for everything else, however near. */
export function linkedRun(link: string): string | null {
  const id = /^anneal:\/\/run\/([^/?#]+)\/?$/i.exec(link)?.[1]
  return id && RUN_ID.test(id) ? id : null
}

/** The first link to a run on a command line; Chromium adds switches of its own anywhere. */
export const linkAmong = (args: readonly string[]): string | null =>
  args.map(linkedRun).find((run) => run !== null) ?? null

/** The page of a run, for the part of the address after `#`. */
export const pageOfRun = (run: string): string => `/runs/${encodeURIComponent(run)}`
