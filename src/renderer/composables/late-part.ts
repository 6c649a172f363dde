import { type Component, defineAsyncComponent, defineComponent, h } from 'vue'
import LatePartFailed from '../components/LatePartFailed.vue'
import LatePartWaits from '../components/LatePartWaits.vue'
import { useLive } from '../stores/live'

type Load = () => Promise<Component | { default: Component }>

/** What is waited for is said only once it has taken so long. */
const SLOW_MS = 200
const reloadedFor = (title: string): string => `anneal.reloadedFor.${title}`

/**
 * Code that comes when it is needed, for routes and for `defineAsyncComponent`. Where it cannot be had because the
 * server is away, a component takes its place that waits for the connection and then becomes what was asked for. Never
 * rejects.
 * @param title what people call it
 */
export const latePart =
  (title: string, load: Load): Load =>
  async () => {
    try {
      // While the connection is known to be lost nothing is asked for: some browsers keep a failed module for good.
      if (useLive().connected) return await arrived(title, load)
    } catch {
      // It is tried again below; a failure may come before the loss is noticed.
    }
    const Late = defineAsyncComponent({
      loader: () => insist(title, load),
      loadingComponent: () => h(LatePartWaits, { title }),
      delay: SLOW_MS,
    })
    // A route takes no component of that kind itself.
    return defineComponent({
      inheritAttrs: false,
      setup:
        (_, { attrs }) =>
        () =>
          h(Late, attrs),
    })
  }

/** Tries again once the core answers; a page that cannot have the code then starts anew, once, at the same address. */
async function insist(title: string, load: Load): Promise<Component | { default: Component }> {
  await useLive().answering()
  try {
    await askStylesAgain()
    return await arrived(title, load)
  } catch (reason) {
    if (sessionStorage.getItem(reloadedFor(title))) return () => h(LatePartFailed, { title, reason: String(reason) })
    sessionStorage.setItem(reloadedFor(title), 'yes')
    location.reload()
    return new Promise(() => {})
  }
}

async function arrived(title: string, load: Load): ReturnType<Load> {
  const part = await load()
  sessionStorage.removeItem(reloadedFor(title))
  return part
}

/** Style sheets that did not arrive: the build's loader asks for each only once. */
async function askStylesAgain(): Promise<void> {
  const failed = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].filter(({ sheet }) => !sheet)
  await Promise.all(
    failed.map((link) => {
      const again = link.cloneNode() as HTMLLinkElement
      return new Promise((resolve, reject) => {
        again.onload = resolve
        again.onerror = () => reject(new Error(`${link.href} did not arrive`))
        link.replaceWith(again)
      })
    }),
  )
}
