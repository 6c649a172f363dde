import type { ExportSubject } from '../../../src/core/domain/export/export-code'
import { subjectOf } from './cases'

/** Names that would be code, end a comment, change an encoding or the order of what is read. */
export const HOSTILE = [
  '"""',
  '"""\nimport os\nos.abort()\n"""',
  "'''\r\nraise SystemExit",
  'x\u2028process.exit()//',
  'x\u2029process.exit()//',
  'x\u0085import os',
  'x\fimport os\v',
  '*/ process.exit() /*',
  '${process.exit()}',
  '\\\nimport os',
  'coding: utf-7',
  '-*- coding: cp1252 -*-',
  'null \0 byte',
  'right \u202e to left \u2066 isolate',
  'zero\u200bwidth \ufeff mark',
  'half a \ud800 pair',
  '</script><script>alert(1)</script>',
  'a'.repeat(256),
  '',
]

/** A finished run of that name. */
export const named = (name: string): ExportSubject => ({
  ...subjectOf({ kind: 'one-cycle', maxLr: 0.4 }, 100),
  result: {
    id: 'k3v9',
    name,
    status: 'finished',
    steps: 100,
    divergedAt: null,
    best: [
      { metric: 'validation/accuracy', value: 0.9874, step: 99 },
      { metric: 'train/loss', value: NaN, step: 0 },
    ],
  },
})
