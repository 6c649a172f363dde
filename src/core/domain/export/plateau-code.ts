import { evaluationInterval } from '../evaluation-interval'
import { METRIC } from '../metrics'
import { plateauMode, plateauThresholdMode } from '../schedules/plateau'
import type { SpecOf } from './formulas'
import { indented, real, whole } from './source'
import type { SpelledPlateau, SpelledSchedule } from './spell-schedule'
import type { ExportSubject } from './subject'

/** Updates from one evaluation to the next, as the trainer has it. */
export const evaluationEvery = ({ spec, steps, stepsPerEpoch }: ExportSubject): number =>
  evaluationInterval(spec, steps, stepsPerEpoch ?? Infinity)

/** Do these plateaus hear what is measured between updates, so that whoever trains must measure it? */
export const needsValidation = ({ plateaus }: SpelledSchedule): boolean =>
  plateaus.some(({ spec }) => spec.metric !== METRIC.trainLoss)

const className = (name: string): string => name.replace('plateau', 'Plateau')

/** What a value must be better than, of the best one. */
function bar(spec: SpecOf<'plateau'>, best: string, abs: string): string {
  const sign = plateauMode(spec) === 'min' ? '-' : '+'
  const by = plateauThresholdMode(spec) === 'abs' ? '' : ` * ${abs}(${best})`
  return `${best} ${sign} ${real(spec.threshold)}${by}`
}

const ABOUT = (spec: SpecOf<'plateau'>) =>
  `Cuts the rate where ${spec.metric} no longer gets better, counting as ${spec.convention === 'keras' ? 'Keras' : 'PyTorch'} does.`

/** The plateaus as classes of Python with one object each. */
export function pythonPlateaus(plateaus: readonly SpelledPlateau[]): string[] {
  return plateaus.flatMap(({ name, spec }) => {
    const than = plateauMode(spec) === 'min' ? '<' : '>'
    const lower = `max(self.lr * ${real(spec.factor)}, ${real(spec.minLr)})`
    const start = `self.bad, self.cooldown = 0, ${whole(spec.cooldown)}`
    const cooling = ['if self.cooldown > 0:', '    self.cooldown -= 1', '    self.bad = 0']
    const count =
      spec.convention === 'keras'
        ? [
            ...cooling,
            'if better:',
            '    self.bad = 0',
            'elif self.cooldown == 0:',
            '    self.bad += 1',
            `    if self.bad >= ${whole(spec.patience)} and self.lr > ${real(spec.minLr)}:`,
            `        ${start}`,
            `        self.lr = ${lower}`,
          ]
        : [
            'self.bad = 0 if better else self.bad + 1',
            ...cooling,
            `if self.bad > ${whole(spec.patience)}:`,
            `    ${start}`,
            `    lower = ${lower}`,
            '    # As PyTorch: a change this small is none.',
            '    if self.lr - lower > 1e-8:',
            '        self.lr = lower',
          ]
    return [
      '',
      '',
      `class ${className(name)}:`,
      ...indented([
        `"""${ABOUT(spec)}"""`,
        '',
        'def __init__(self):',
        `    self.lr, self.best, self.bad, self.cooldown = ${real(spec.lr)}, None, 0, 0`,
        '',
        'def observe(self, value):',
        ...indented([
          `better = isfinite(value) and (self.best is None or value ${than} ${bar(spec, 'self.best', 'abs')})`,
          'if better:',
          '    self.best = value',
          ...count,
        ]),
      ]),
      '',
      '',
      `${name} = ${className(name)}()`,
    ]
  })
}

/** The plateaus as objects of JavaScript. */
export function javascriptPlateaus(plateaus: readonly SpelledPlateau[]): string[] {
  return plateaus.flatMap(({ name, spec }) => {
    const than = plateauMode(spec) === 'min' ? '<' : '>'
    const lower = `Math.max(this.lr * ${real(spec.factor)}, ${real(spec.minLr)})`
    const start = ['this.bad = 0', `this.cooldown = ${whole(spec.cooldown)}`]
    const cooling = ['if (this.cooldown > 0) {', '  this.cooldown -= 1', '  this.bad = 0', '}']
    const count =
      spec.convention === 'keras'
        ? [
            ...cooling,
            'if (better) this.bad = 0',
            'else if (this.cooldown === 0) {',
            '  this.bad += 1',
            `  if (this.bad >= ${whole(spec.patience)} && this.lr > ${real(spec.minLr)}) {`,
            ...indented([...start, `this.lr = ${lower}`], '    '),
            '  }',
            '}',
          ]
        : [
            'this.bad = better ? 0 : this.bad + 1',
            ...cooling,
            `if (this.bad > ${whole(spec.patience)}) {`,
            ...indented(
              [
                ...start,
                `const lower = ${lower}`,
                '// As PyTorch: a change this small is none.',
                'if (this.lr - lower > 1e-8) this.lr = lower',
              ],
              '  ',
            ),
            '}',
          ]
    return [
      '',
      `/** ${ABOUT(spec)} */`,
      `const ${name} = {`,
      ...indented(
        [
          `lr: ${real(spec.lr)},`,
          'best: null,',
          'bad: 0,',
          'cooldown: 0,',
          'observe(value) {',
          ...indented(
            [
              `const better = Number.isFinite(value) && (this.best === null || value ${than} ${bar(spec, 'this.best', 'Math.abs')})`,
              'if (better) this.best = value',
              ...count,
            ],
            '  ',
          ),
          '},',
        ],
        '  ',
      ),
      '}',
    ]
  })
}

/**
 * Python lines that tell the plateaus what was measured after update t.
 * @param loss expression of this update's training loss
 * @param measure expression of what is measured between updates: a value for each name
 * @param after what to do once it was measured
 */
export function pythonObservations(
  { plateaus }: SpelledSchedule,
  { every, loss, measure, after = [] }: { every: number; loss: string; measure: string; after?: string[] },
): string[] {
  const observe = ({ name, from, to }: SpelledPlateau, value: string) => [
    `if ${whole(from)} <= t < ${whole(to)}:`,
    `    ${name}.observe(${value})`,
  ]
  const own = plateaus.filter(({ spec }) => spec.metric === METRIC.trainLoss)
  const measured = plateaus.filter(({ spec }) => spec.metric !== METRIC.trainLoss)
  return [
    ...own.flatMap((plateau) => observe(plateau, loss)),
    ...(measured.length
      ? [
          `if (t + 1) % ${whole(every)} == 0:`,
          ...indented([
            `measured = ${measure}`,
            ...measured.flatMap((plateau) => observe(plateau, `measured["${plateau.spec.metric}"]`)),
            ...after,
          ]),
        ]
      : []),
  ]
}
