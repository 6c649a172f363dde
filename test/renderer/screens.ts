import type { Page } from 'playwright-core'
import { writeSweep } from '../../bench/workspace/write-runs'
import type { Storage } from '../../src/core/storage/types'
import { storeRangeTest } from './generated-range-tests'
import { morning, storeRun } from './generated-runs'

/** A workspace with something for every page: a morning of work, two range tests, a generated sweep behind them. */
export function storeWorkspace(storage: Storage): void {
  writeSweep(storage, 40)
  const now = Date.now()
  morning(now).forEach((story) => storeRun(storage, story))
  storeRangeTest(storage, { id: 'test0001', name: 'range cnn-small b128', createdAt: now - 9e6 })
  storeRangeTest(storage, { id: 'test0002', name: 'range flat', flat: true, createdAt: now - 8e6 })
}

export interface Screen {
  name: string
  place: string
  /** Shows that the page is there. */
  ready: string
  /** What to do before it is looked at: open a dialog. */
  prepare?: (page: Page) => Promise<unknown>
}

/** A dialog is open once it has taken the focus: before that, a key still goes to the page behind it. */
const opens = (key: string) => async (page: Page) => {
  await page.keyboard.press(key)
  await page.waitForSelector('[role=dialog]:focus-within')
}

/** Closes the dialog that is open; keys reach the page again once it has gone. */
export async function closeDialog(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.waitForSelector('[role=dialog]:visible', { state: 'hidden' })
}

/** Every page and every dialog that a key opens. */
export const SCREENS: Screen[] = [
  { name: 'runs', place: '/runs', ready: '[role=grid] .name' },
  { name: 'run', place: '/runs/run00007', ready: '.chart-stack canvas' },
  { name: 'run-diverged', place: '/runs/run00003', ready: '.chart-stack canvas' },
  { name: 'run-failed', place: '/runs/run00008', ready: 'main' },
  { name: 'compare', place: '/compare?runs=run00007,run00005,run00004,run00003', ready: '.compare-page' },
  { name: 'compare-empty', place: '/compare', ready: '.compare-page' },
  { name: 'new-run', place: '/new-run', ready: 'canvas, svg' },
  { name: 'lab', place: '/lab', ready: 'canvas' },
  { name: 'settings', place: '/runs', ready: '[role=grid] .name', prepare: opens('Control+,') },
  { name: 'keys', place: '/runs', ready: '[role=grid] .name', prepare: opens('?') },
  { name: 'command', place: '/runs', ready: '[role=grid] .name', prepare: opens('Control+k') },
]
