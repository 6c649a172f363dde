// Lets a child process run the sources as they are: Node strips the types, this finds the files without endings.
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !context.parentURL?.endsWith('.ts')) return next(specifier, context)
    for (const ending of ['', '.ts', '/index.ts']) {
      const url = new URL(specifier + ending, context.parentURL)
      if (/\.\w+$/.test(url.pathname) && existsSync(fileURLToPath(url))) return next(url.href, context)
    }
    return next(specifier, context)
  },
})
