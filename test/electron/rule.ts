/** One row of the security checklist: a rule in our own words, and how it is held to the real thing. */
export type Rule = { rule: string; says: string } & (
  | { check: () => unknown }
  /** Needs the window in a real Electron. */
  | { inWindow: () => unknown }
  /** Why it cannot be checked in the tests. */
  | { unchecked: string }
)
