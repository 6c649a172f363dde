import { AppError } from '../../core/domain/errors'
import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { openCore } from '../open-core'
import { openBrowser } from '../open-browser'
import { PARALLEL_OPTION, parallelRuns, wholeNumber } from '../parse-arguments'
import { interrupted, servePage } from '../serve-page'

export const serveCommand = defineCommand({
  name: 'serve',
  words: [],
  options: {
    port: { type: 'string', value: 'N', help: 'port (default 0: a free one)' },
    host: { type: 'string', value: 'ADDRESS', help: 'address to listen on (default 127.0.0.1: this machine only)' },
    parallel: PARALLEL_OPTION,
    open: { type: 'boolean', help: 'open the page in the browser' },
    'no-open': { type: 'boolean', help: 'do not open a browser (the default)' },
  },
  summary: 'serves the page on this machine and prints its address, until Ctrl-C',
  example: 'anneal serve --port 8377',
  notes: [
    'Other commands on the same workspace go through the served one. Runs that train are stopped and kept at the end.',
  ],
  async run({ options, data, json, io }) {
    const port = wholeNumber('--port', options.port ?? '0', 0, 65535)
    const parallel = parallelRuns(options.parallel)
    const opened = await openCore(data, { create: true, kind: 'serve', parallel })
    if (opened.attachedTo) {
      await opened.close()
      throw alreadyServed(data, opened.attachedTo)
    }
    try {
      const page = await servePage(opened.core!, { port, host: options.host })
      try {
        io.out(
          json ? toJson({ url: page.url, address: page.address, token: page.token }) : `Anneal is at ${page.url}\n`,
        )
        if (options.open && !options['no-open'] && !(await openBrowser(page.url)))
          io.err('No browser could be opened: open the address yourself.\n')
        await interrupted()
        io.err('Closing: runs that train are stopped between two updates and kept.\n')
      } finally {
        await page.close()
      }
    } finally {
      await opened.close()
    }
    return 0
  },
})

function alreadyServed(dir: string, { address, token }: { address: string; token: string }): AppError {
  return new AppError('workspace.locked', `The workspace ${dir} is open already, at ${address}`, {
    field: '--data',
    hint: `Its page: ${address}/#token=${token}\nOr serve another workspace with --data DIR.`,
  })
}
