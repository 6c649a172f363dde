import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { CODE_FORMATS, exportCode } from '../../../src/core/domain/export/export-code'
import { pythonPlateaus } from '../../../src/core/domain/export/plateau-code'
import { pythonFunctions, pythonImports } from '../../../src/core/domain/export/rate-function'
import { spellSchedule } from '../../../src/core/domain/export/spell-schedule'
import { CASES } from './cases'
import { HOSTILE, named } from './hostile'
import { largestOff, measuredAfter, ourRates } from './played'

/** Standard library only. */
const PYTHON = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0)
if (!PYTHON) console.warn('No python3 here: exported Python is not executed')

/** Executes a program and reads the JSON that it prints. */
function python<T>(program: string, input: unknown): T {
  const { status, stdout, stderr } = spawnSync(PYTHON!, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as T
}

const PLAY = `
import json, sys
played = []
for case in json.load(sys.stdin):
    space = {}
    exec(case["code"], space)
    rates, momenta = [], []
    for t in range(case["steps"]):
        rates.append(space["lr"](t))
        if case["moves"]:
            momenta.append(space["momentum"](t))
        for plateau in case["plateaus"]:
            if (t + 1) % plateau["every"] == 0 and plateau["from"] <= t < plateau["to"]:
                space[plateau["name"]].observe(case["measured"][t])
    played.append({"lr": rates, "momentum": momenta})
print(json.dumps(played))
`

/** Reads source as Python does a file: from bytes, with the encoding that its first lines may name. */
const PARSE = `
import ast, json, sys
print(json.dumps([ast.dump(ast.parse(code.encode())) for code in json.load(sys.stdin)]))
`

describe.skipIf(!PYTHON)('Python that code spells out, executed by python3', () => {
  it('has our rate and momentum at every update of every case', () => {
    const played = python<{ lr: number[]; momentum: number[] }[]>(
      PLAY,
      CASES.map(({ subject: { spec, steps } }) => {
        const { functions, movesMomentum, plateaus } = spellSchedule(spec.schedule, steps)
        const lines = [...pythonPlateaus(plateaus), ...pythonFunctions(functions)]
        return {
          code: [...pythonImports(lines), ...lines].join('\n'),
          steps,
          moves: movesMomentum,
          plateaus: plateaus.map(({ spec: { metric }, ...plateau }) => ({
            ...plateau,
            every: metric === 'train/loss' ? 1 : spec.evaluate!.everySteps,
          })),
          measured: Array.from({ length: steps }, (_, t) => measuredAfter(t)),
        }
      }),
    )
    const worst = CASES.map(({ id, subject }, i) => {
      const ours = ourRates(subject)
      const { lr, momentum } = played[i]!
      const off = Math.max(largestOff(lr, ours.lr), momentum.length ? largestOff(momentum, ours.momentum) : 0)
      return { id, off }
    })
    expect(worst.filter(({ off }) => !(off <= 1e-12))).toEqual([])
  })

  it('is valid in every module of every case', () => {
    const modules = CASES.flatMap(({ subject }) =>
      CODE_FORMATS.filter((format) => format !== 'tfjs').map((format) => exportCode(subject, format).code),
    )
    expect(python<string[]>(PARSE, modules)).toHaveLength(3 * CASES.length)
  })

  it('is the same program whatever a run is called', () => {
    const harmless = exportCode(named('a run'), 'pytorch').code
    const hostile = HOSTILE.map((name) => exportCode(named(name), 'pytorch').code)
    const trees = python<string[]>(PARSE, [harmless, ...hostile])
    expect(new Set(trees).size).toBe(1)
  })
})
