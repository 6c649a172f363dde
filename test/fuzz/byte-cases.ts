import fc from 'fast-check'
import { CODEC_TYPE, decode, decodeText, encode } from '../../src/core/api/codec'
import { ERROR_CODES, parseError } from '../../src/core/domain/errors'
import { TOKEN } from '../api/cores'
import { hostileText, hostileValue } from './hostile'
import { answerOrTypedError, Fault, inTime } from './oracle'
import type { Rig } from './rig'

/** A message of ours with some of its bytes changed, cut or doubled. */
const bent = (value: fc.Arbitrary<unknown>) =>
  fc
    .tuple(value, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 6 }), fc.nat({ max: 3 }))
    .map(([of, changes, cut]) => {
      const bytes = Uint8Array.from(encode(of))
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      return cut === 0
        ? bytes.subarray(0, Math.max(0, bytes.length - 1 - ((changes[0]?.[0] ?? 0) % bytes.length)))
        : bytes
    })
const deepText = fc
  .tuple(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom('[', '{"a":', '{"$":["literal",', '{"$":'))
  .map(([n, open]) => open.repeat(n))
const deepWhole = fc.integer({ min: 1, max: 5000 }).map((n) => `${'['.repeat(n)}0${']'.repeat(n)}`)

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  bent(hostileValue),
  deepText.map((text) => new TextEncoder().encode(text)),
)
const anyText = fc.oneof(
  hostileText,
  deepText,
  deepWhole,
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify({ $: value })),
)

/** What goes through the codec comes out, and what is none is refused as such. */
export const codecProperty = () =>
  fc.asyncProperty(anyBytes, anyText, hostileValue, async (bytes, text, value) => {
    await answerOrTypedError('decode', async () => decode(bytes))
    await answerOrTypedError('decodeText', async () => decodeText(text))
    const once = encode(value)
    const again = encode(decode(once))
    if (!Buffer.from(once).equals(again)) throw new Fault('a value changes on its second way through the codec')
  })

/** Bodies of any bytes, sent to any method as any type. */
export const bodyProperty = (rig: Rig, count: (outcome: string) => void) =>
  fc.asyncProperty(
    fc.constantFrom('runs.list', 'metrics.view', 'views.save', 'import.bundle', 'specs.read', 'runs.create'),
    fc.constantFrom(CODEC_TYPE, 'application/json', 'application/json; charset=x', 'text/plain'),
    fc.oneof(anyBytes, anyText),
    async (method, type, body) => {
      const asked = fetch(`${rig.address}/api/call/${method}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': type },
        body: body as Uint8Array<ArrayBuffer> | string,
      })
      const response = await inTime(method, asked)
      const bytes = new Uint8Array(await response.arrayBuffer())
      if (response.ok) return void (decode(bytes), count('answer'))
      const { code } = parseError(JSON.parse(new TextDecoder().decode(bytes)))
      if (code === 'internal' || response.status >= 500)
        throw new Fault(`${method} ${type}: ${response.status} ${code}`)
      count(code)
    },
  )

const cloneable = fc.oneof(
  hostileValue,
  fc.constantFrom<unknown>(
    new Map([['type', 'call']]),
    new Date(0),
    new Set([1]),
    /x/,
    10n,
    new ArrayBuffer(8),
    new Error('x'),
  ),
)
const messages = fc.oneof(
  anyBytes,
  cloneable,
  fc
    .record(
      {
        type: fc.constantFrom<unknown>('call', 'cancel', 'result', 'event', 'error', 'toString', 7),
        id: fc.constantFrom<unknown>(0, 1, -1, 2 ** 53, '1', null, NaN),
        method: fc.oneof(fc.constantFrom<unknown>('runs.list', 'app.info', '__proto__'), hostileValue),
        input: hostileValue,
      },
      { requiredKeys: [] },
    )
    .map((message) => encode(message)),
)

/** Messages that no transport of ours would send; the core answers the next call all the same. */
export const portProperty = (rig: Rig) =>
  fc.asyncProperty(fc.array(messages, { minLength: 1, maxLength: 8 }), async (sent) => {
    for (const message of sent) rig.port.postMessage(message)
    const id = 1_000_000
    const answered = new Promise<void>((resolve, reject) => {
      const hear = (message: Uint8Array) => {
        const said = decode(message) as { type: string; id: number; error?: { code: string } }
        if (said.type === 'error' && !(ERROR_CODES as readonly string[]).includes(said.error!.code))
          reject(new Fault(`the port said ${said.error!.code}`))
        if (said.id !== id) return
        rig.port.off('message', hear)
        if (said.type === 'result') resolve()
        else reject(new Fault('app.info was refused'))
      }
      rig.port.on('message', hear)
    })
    rig.port.postMessage(encode({ type: 'call', id, method: 'app.info', input: {} }))
    await inTime('the port', answered)
  })
