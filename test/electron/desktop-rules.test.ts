import { describe, expect, it, vi } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { GLOBAL_KEYS } from '../../src/renderer/frame/key-help'
import { SCREENS } from '../../src/renderer/frame/screens'
import { SHORT_RUN } from './short-run'

vi.mock('electron', () => ({ Menu: {}, Notification: {}, powerSaveBlocker: {} }))

import { endNotice } from '../../src/main/end-notice'
import { trainingText } from '../../src/main/follow-runs'
import { inputOf, menuTemplate } from '../../src/main/menu'
import { linkAmong, linkedRun } from '../../src/main/open-target'
import { answerOf, quitQuestion } from '../../src/main/quit-question'
import { createQuitting } from '../../src/main/quitting'
import { parsePlace, placeWindow } from '../../src/main/window-place'

const run = (row: Partial<RunRow> = {}): RunRow =>
  ({ id: 'a', name: 'a', status: 'running', spec: parseRunSpec(SHORT_RUN), steps: 5, metrics: {}, ...row }) as RunRow

describe('the question before the program ends', () => {
  it('is not asked where nothing trains', () => expect(quitQuestion([])).toBe(null))
  it('says what trains and waits, and what cannot be resumed', () => {
    const spec = parseRunSpec({ ...SHORT_RUN, checkpoint: null })
    const question = quitQuestion([
      run({ name: 'one' }),
      run({ name: 'two', spec }),
      run({ name: 'three', status: 'queued' }),
    ])!
    expect(question.message).toBe('2 runs train, 1 waits')
    expect(question.detail).toContain('one, two, three.')
    expect(question.detail).toContain('from the start again: two.')
  })
  it('speaks of one run as of one', () => {
    expect(quitQuestion([run()])!.detail).toContain('it goes on without a window; Anneal ends by itself after it.')
    expect(quitQuestion([run(), run()])!.detail).toContain('they go on')
  })
  it.each([
    [0, 'background'],
    [1, 'stop'],
    [2, 'cancel'],
    [-1, 'cancel'],
    [3, 'cancel'],
  ])('button %s -> %s', (button, answer) => expect(answerOf(button)).toBe(answer))
})

describe('leaving', () => {
  function leaving(answer: 'background' | 'stop' | 'cancel', live: RunRow[] = [run()]) {
    const told = { ask: vi.fn(async () => answer), enterBackground: vi.fn(), end: vi.fn() }
    return { ...told, live, quitting: createQuitting({ live: () => live, ...told }) }
  }
  it('is at once where nothing trains', async () => {
    const { quitting, ask, end } = leaving('cancel', [])
    await quitting.request()
    expect([ask.mock.calls.length, end.mock.calls.length]).toEqual([0, 1])
  })
  it('asks once, however often it is wished for, and changes nothing when it is cancelled', async () => {
    const { quitting, ask, end } = leaving('cancel')
    await Promise.all([quitting.request(), quitting.request()])
    expect(ask).toHaveBeenCalledTimes(1)
    expect(end).not.toHaveBeenCalled()
    expect(quitting.state()).toBe('open')
  })
  it('ends after the last run that trains in the background, and not once the window is back', async () => {
    const { quitting, live, enterBackground, end } = leaving('background')
    await quitting.request()
    expect(enterBackground).toHaveBeenCalledTimes(1)
    quitting.runsChanged()
    expect(end).not.toHaveBeenCalled()
    quitting.shown()
    live.length = 0
    quitting.runsChanged()
    expect(end).not.toHaveBeenCalled()
    live.push(run())
    await quitting.request()
    live.length = 0
    quitting.runsChanged()
    quitting.runsChanged()
    expect(end).toHaveBeenCalledTimes(1)
  })
})

describe('where the window opens', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const at = (x: number, y: number, width = 1300, height = 800) => ({
    bounds: { x, y, width, height },
    maximized: false,
  })
  it.each([
    ['the first time', null, [screen], { width: 1440, height: 900 }],
    ['where it was', at(100, 50), [screen], { x: 100, y: 50, width: 1300, height: 800 }],
    [
      'on the second screen',
      at(2000, 50),
      [screen, { ...screen, x: 1920 }],
      { x: 2000, y: 50, width: 1300, height: 800 },
    ],
    ['when that screen is gone', at(2000, 50), [screen], { width: 1300, height: 800 }],
    ['when its title would be above the screen', at(100, -200), [screen], { width: 1300, height: 800 }],
    ['when only a sliver would be seen', at(1900, 50), [screen], { width: 1300, height: 800 }],
    ['on a smaller screen than before', at(0, 0, 4000, 3000), [screen], { x: 0, y: 0, width: 1920, height: 1080 }],
    ['when it was made too small', at(0, 0, 10, 10), [screen], { x: 0, y: 0, width: 1120, height: 700 }],
  ])('%s', (_when, saved, screens, placed) => expect(placeWindow(saved, screens)).toEqual(placed))

  it.each(['', '{}', 'null', '{"bounds":{"x":"1"}}', '{"bounds":{"x":1e99,"y":0,"width":1,"height":1}}'])(
    'takes nothing from %j',
    (text) => expect(parsePlace(text)).toBe(null),
  )
})

describe('links', () => {
  it.each([
    ['anneal://run/a1b2', 'a1b2'],
    ['ANNEAL://RUN/a1b2/', 'a1b2'],
    ['anneal://run/', null],
    ['anneal://run/../x', null],
    ['anneal://run/a%2e%2e', null],
    ['anneal://run/a?b', null],
    ['anneal://run/a#b', null],
    ['anneal://run/<img>', null],
    ['anneal://delete/a', null],
    ['https://run/a', null],
    [`anneal://run/${'a'.repeat(257)}`, null],
  ])('%s -> %s', (link, id) => expect(linkedRun(link)).toBe(id))
  it('are found among switches', () => expect(linkAmong(['.', '--x', 'anneal://run/', 'anneal://run/b'])).toBe('b'))
})

describe('what the system says of ended runs', () => {
  it.each([
    [[run({ status: 'stopped' })], null],
    [[run({ status: 'finished', steps: 60 })], { title: 'a finished', body: '60 updates', run: 'a' }],
    [
      [run({ status: 'diverged', divergedAt: 7 })],
      { title: 'a diverged', body: 'at step 7; what it recorded is kept', run: 'a' },
    ],
    [
      [run({ status: 'failed', reason: 'no memory' }), run({ status: 'stopped' })],
      { title: 'a failed', body: 'no memory', run: 'a' },
    ],
    [
      [run({ status: 'finished' }), run({ status: 'diverged' })],
      { title: '2 runs ended', body: '1 finished, 1 diverged', run: null },
    ],
  ])('case %#', (ended, notice) => expect(endNotice(ended)).toEqual(notice))
  it('of runs that train', () => {
    expect(trainingText([run(), run({ status: 'queued' })], 0.456)).toBe('1 run trains, 45 %; 1 waits')
    expect(trainingText([], null)).toBe('nothing trains')
  })
})

describe.each(['linux', 'darwin', 'win32'] as const)('the menu on %s', (platform) => {
  const actions = {
    ...{ go: vi.fn(), press: vi.fn(), revealWorkspace: vi.fn(), openFile: vi.fn() },
    ...{ chooseWorkspace: vi.fn(), openWorkspace: vi.fn(), clearRecent: vi.fn(), findNewer: null },
  }
  const recent = [
    { dir: '/home/a & b', missing: false },
    { dir: `/${'x'.repeat(100)}/gone`, missing: true },
  ]
  const template = (devTools: boolean, known = recent) => menuTemplate(actions, { platform, devTools, recent: known })
  const all = (devTools = false) => template(devTools).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))

  it('lists every screen and every key that acts everywhere', () => {
    for (const { click } of all()) (click as (() => void) | undefined)?.()
    expect(actions.go.mock.calls.flat()).toEqual(expect.arrayContaining(SCREENS.map(({ route }) => route)))
    const keys = GLOBAL_KEYS.keys.map(([key]) => key).filter((key) => !['Escape', 'Ctrl+z'].includes(key))
    const reached = [...actions.press.mock.calls.flat(), ...SCREENS.map(({ keys }) => keys)]
    expect(reached).toEqual(expect.arrayContaining(keys))
  })
  it('registers no key: the page has them, text fields too', () => {
    expect(
      all().filter(({ accelerator, registerAccelerator }) => accelerator && registerAccelerator !== false),
    ).toEqual([])
  })
  it('lists workspaces that were open, those that are gone without a way to open them, and clears the list', () => {
    const listed = (known?: typeof recent) => {
      const { submenu } = template(false, known)
        .flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
        .find(({ label }) => /^recent workspaces$/i.test(label ?? ''))!
      return submenu as { label?: string; enabled?: boolean; click?: () => void }[]
    }
    const [first, gone, , clear] = listed()
    expect([first!.label, first!.enabled]).toEqual(['/home/a && b', true])
    expect([gone!.label, gone!.enabled]).toEqual([expect.stringMatching(/^….{54}\/gone \(missing\)$/), false])
    for (const { click } of [first!, clear!]) click!()
    expect(actions.openWorkspace).toHaveBeenLastCalledWith('/home/a & b')
    expect(actions.clearRecent).toHaveBeenCalled()
    expect(listed([])).toEqual([{ label: 'None yet', enabled: false }])
  })
  it('leads to newer versions only where a page is known', () => {
    const labels = (findNewer: (() => void) | null) =>
      menuTemplate({ ...actions, findNewer }, { platform, devTools: false, recent }).flatMap(({ role, submenu }) =>
        role === 'help' && Array.isArray(submenu) ? submenu.map(({ label }) => label) : [],
      )
    expect(labels(null)).toEqual([])
    expect(labels(() => {})).toEqual([expect.stringMatching(/^Check for a newer version ?…$/i)])
  })
  it('has developer tools only where they are on', () => {
    expect(all(true).map(({ role }) => role)).toContain('toggleDevTools')
    expect(all(false).map(({ role }) => role)).not.toContain('toggleDevTools')
  })
  it('presses keys as that system has them', () => {
    const command = platform === 'darwin' ? 'meta' : 'control'
    expect(inputOf('Ctrl+Shift+l', platform)).toEqual({ keyCode: 'l', modifiers: [command, 'shift'] })
  })
})
