import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig, type HtmlTagDescriptor, type Plugin, type Rolldown } from 'vite'

const at = (path: string) => resolve(import.meta.dirname, path)

/** The two faces that the first screen is written in. */
const FONTS = /(inter|jetbrains-mono)-latin-wght-normal-.*\.woff2$/

/**
 * The entry asks for the page's own code, which is as needed as the entry itself, and the page's styles for fonts: these
 * files are named in the document, so that they come with it and not after it, and no text is laid out twice.
 */
const namePageCode = (): Plugin => ({
  name: 'anneal:name-page-code',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = new Map<string, Rolldown.OutputChunk>()
      for (const file of Object.values(bundle)) if (file.type === 'chunk') chunks.set(file.fileName, file)
      if (!chunks.size) return []
      const page = [...chunks.values()].find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('/create-page.ts')))
      if (!page) throw new Error('create-page.ts is in no chunk of the build')
      const needed = new Set([page])
      for (const { imports } of needed) for (const name of imports) needed.add(chunks.get(name)!)
      const links: HtmlTagDescriptor['attrs'][] = [
        ...[...needed].flatMap(({ fileName, viteMetadata }) => [
          ...[...(viteMetadata?.importedCss ?? [])].map((css) => ({ rel: 'stylesheet', href: `./${css}` })),
          { rel: 'modulepreload', href: `./${fileName}` },
        ]),
        ...Object.keys(bundle)
          .filter((file) => FONTS.test(file))
          .map((file) => ({ rel: 'preload', as: 'font', type: 'font/woff2', href: `./${file}` })),
      ]
      return links
        .filter((attrs) => !html.includes(String(attrs!.href)))
        .map((attrs): HtmlTagDescriptor => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' }))
    },
  },
})

/** The page: the window's renderer, and what `anneal serve` serves. */
export default defineConfig({
  root: at('src/renderer'),
  base: './',
  plugins: [vue(), namePageCode()],
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    sourcemap: false,
    // electron-vite does not by itself: half as much to read before the first rows are drawn.
    minify: true,
    // Colours stay as they are written: pictures take them over from the page.
    cssMinify: false,
    // Nothing inlined as data: URLs that the content security policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: at('src/renderer/index.html'),
      output: {
        // What is needed before the first rows is two files, not twenty: each costs both sides a request.
        codeSplitting: {
          groups: [
            { name: 'start', test: /src\/renderer\/main\.ts$/, priority: 2 },
            { name: 'page', test: /src\/renderer\/create-page\.ts$/, priority: 1 },
          ],
        },
      },
    },
  },
})
