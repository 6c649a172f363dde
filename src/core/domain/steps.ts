/** Long work in pieces: after each the one who does it may give way to something else. It comes to what it returns. */
export type Steps<T> = Generator<undefined, T>

/** Does it all at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Does it with a break between the pieces wherever one is due. */
export async function withBreaks<T>(steps: Steps<T>, pause: () => Promise<void> | undefined): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await pause()
  }
}
