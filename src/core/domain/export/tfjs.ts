import { METRIC } from '../metrics'
import { momentumOf } from '../spec/optimizers'
import { isRegression } from '../spec/datasets'
import type { RunSpec } from '../spec/run-spec'
import { header } from './header'
import { evaluationEvery, javascriptPlateaus, needsValidation } from './plateau-code'
import { javascriptFunctions, javascriptImports } from './rate-function'
import { indented, real, whole } from './source'
import { type SpelledPlateau, type SpelledSchedule, spellSchedule } from './spell-schedule'
import type { ExportedCode, ExportSubject } from './subject'

/** The run as a module of TensorFlow.js 4, which has no schedules, no clipping, no AdamW: the code has them. */
export function tfjsCode(subject: ExportSubject): ExportedCode {
  const { spec, steps } = subject
  const { schedule } = spec
  const constant = schedule.kind === 'constant' && !schedule.warmup
  const note = constant
    ? 'the rate never changes: the optimizer alone has it.'
    : 'the function lr(t), set before each update: TensorFlow.js has no schedules.'
  const spelled = spellSchedule(schedule, steps)
  const measures = needsValidation(spelled)
  const body = [
    ...javascriptPlateaus(spelled.plateaus),
    ...javascriptFunctions(spelled.functions),
    '',
    'export function createOptimizer() {',
    `  return ${optimizerOf(spec, spelled.movesMomentum)}`,
    '}',
    ...(constant ? [] : setRates(spec, spelled.movesMomentum)),
    ...gradientLines(spec),
    '',
    '/**',
    " * Makes the run's updates. `model` is a LayersModel, `batches` gives { xs, ys }, at least STEPS of them.",
    ...(measures
      ? [` * \`validate(model)\` returns its measures: { 'validation/loss': …, 'validation/accuracy': … }.`]
      : []),
    ' */',
    `export async function train(model, batches${measures ? ', validate' : ''}, optimizer = createOptimizer()) {`,
    ...indented(trainLines(subject, spelled, constant), '  '),
    '}',
  ]
  return {
    how: constant ? 'library' : 'function',
    note,
    code: [
      ...header(subject, 'TensorFlow.js', note, '//'),
      "import * as tf from '@tensorflow/tfjs'",
      '',
      ...javascriptImports(body.filter((line) => !line.includes('tf.'))),
      `const STEPS = ${whole(steps)}`,
      ...body,
      '',
    ].join('\n'),
  }
}

function optimizerOf({ optimizer, schedule }: RunSpec, moves: boolean): string {
  const first = 'lr' in schedule ? schedule.lr : 'maxLr' in schedule ? schedule.maxLr : 0.01
  const rate = real(first)
  const momentum = momentumOf(optimizer)
  if (optimizer.kind === 'sgd')
    return momentum === 0 && !moves
      ? `tf.train.sgd(${rate})`
      : `tf.train.momentum(${rate}, ${real(momentum)}, ${optimizer.nesterov})`
  if (optimizer.kind === 'rmsprop')
    return `tf.train.rmsprop(${rate}, ${real(optimizer.alpha)}, ${real(momentum)}, ${real(optimizer.epsilon)})`
  return `tf.train.adam(${rate}, ${real(optimizer.beta1)}, ${real(optimizer.beta2)}, ${real(optimizer.epsilon)})`
}

function setRates({ optimizer }: RunSpec, moves: boolean): string[] {
  const rate =
    optimizer.kind === 'sgd'
      ? ['// The field alone does nothing here.', 'optimizer.setLearningRate(lr(t))']
      : ['// There is no setter; the field is read at each update.', 'optimizer.learningRate = lr(t)']
  const momentum = !moves
    ? []
    : optimizer.kind === 'sgd'
      ? [
          '// setMomentum() changes nothing: the update reads this tensor.',
          'optimizer.m.dispose()',
          'optimizer.m = tf.keep(tf.scalar(momentum(t)))',
        ]
      : optimizer.kind === 'rmsprop'
        ? ['optimizer.momentum = momentum(t)']
        : ['optimizer.beta1 = momentum(t)']
  return [
    '',
    `/** ${moves ? 'Rate and momentum' : 'Rate'} of update t, to be called before it. */`,
    'export function setRates(optimizer, t) {',
    ...indented([...rate, ...momentum], '  '),
    '}',
  ]
}

/** Clipping and weight decay, which TensorFlow.js leaves to its users. */
function gradientLines({ clip, optimizer }: RunSpec): string[] {
  const clipping = !clip
    ? []
    : 'norm' in clip
      ? [
          'const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))',
          'const norm = tf.sqrt(tf.addN(squares))',
          `const scale = tf.minimum(1, tf.div(${real(clip.norm)}, tf.add(norm, 1e-6)))`,
          'for (const name in gradients) gradients[name] = tf.mul(gradients[name], scale)',
        ]
      : [
          `for (const name in gradients) gradients[name] = tf.clipByValue(gradients[name], ${real(-clip.value)}, ${real(clip.value)})`,
        ]
  const coupled = optimizer.kind !== 'adamw' && optimizer.weightDecay > 0
  const decay = coupled
    ? [
        ...decayComment(optimizer.decayAll),
        `for (const variable of variables) ${decayIf(optimizer.decayAll)}gradients[variable.name] = tf.add(gradients[variable.name], tf.mul(${real(optimizer.weightDecay)}, variable))`,
      ]
    : []
  if (!clipping.length && !decay.length) return []
  return [
    '',
    `/** Gradients as the run had them: ${[clipping.length && 'clipped', decay.length && 'with weight decay'].filter(Boolean).join(', ')}. */`,
    'function prepared(grads, variables) {',
    ...indented(['const gradients = { ...grads }', ...clipping, ...decay, 'return gradients'], '  '),
    '}',
  ]
}

const decayComment = (all: boolean): string[] =>
  all ? [] : ['// Biases and the parameters of normalisation do not decay.']
const decayIf = (all: boolean): string => (all ? '' : 'if (variable.rank > 1) ')

function lossOf({ loss, labelSmoothing, dataset }: RunSpec): string {
  if (isRegression(dataset)) return 'tf.losses.meanSquaredError(ys, outputs)'
  const oneHot = "tf.oneHot(tf.cast(ys, 'int32'), outputs.shape[1])"
  if (loss === 'cross-entropy')
    return `tf.losses.softmaxCrossEntropy(${oneHot}, outputs${labelSmoothing ? `, undefined, ${real(labelSmoothing)}` : ''})`
  return `tf.losses.meanSquaredError(${oneHot}, outputs)`
}

function trainLines(subject: ExportSubject, spelled: SpelledSchedule, constant: boolean): string[] {
  const { spec } = subject
  const { optimizer } = spec
  const prepares = gradientLines(spec).length > 0
  const decoupled = optimizer.kind === 'adamw' && optimizer.weightDecay > 0
  const rate = constant ? 'optimizer.learningRate' : 'lr(t)'
  const observes = observations(subject, spelled)
  const needsLoss = spelled.plateaus.some(({ spec: { metric } }) => metric === METRIC.trainLoss)
  return [
    'const variables = model.getWeights(true)',
    'let t = 0',
    'for await (const { xs, ys } of batches) {',
    ...indented(
      [
        ...(constant ? [] : ['setRates(optimizer, t)']),
        `${needsLoss ? 'const loss = ' : ''}tf.tidy(() => {`,
        ...indented(
          [
            `const { ${needsLoss ? 'value, ' : ''}grads } = tf.variableGrads(() => {`,
            '  const outputs = model.apply(xs, { training: true })',
            `  return ${lossOf(spec)}`,
            '}, variables)',
            ...(decoupled
              ? [
                  '// AdamW: decay comes off the weights themselves, times the rate.',
                  ...decayComment(optimizer.decayAll),
                  `for (const variable of variables) ${decayIf(optimizer.decayAll)}variable.assign(tf.mul(variable, 1 - ${rate} * ${real(optimizer.weightDecay)}))`,
                ]
              : []),
            `optimizer.applyGradients(${prepares ? 'prepared(grads, variables)' : 'grads'})`,
            ...(needsLoss ? ['return value.dataSync()[0]'] : []),
          ],
          '  ',
        ),
        '})',
        ...observes,
        't += 1',
        'if (t === STEPS) break',
      ],
      '  ',
    ),
    '}',
    'return optimizer',
  ]
}

function observations(subject: ExportSubject, { plateaus }: SpelledSchedule): string[] {
  const observe = ({ name, from, to }: SpelledPlateau, value: string) =>
    `if (t >= ${whole(from)} && t < ${whole(to)}) ${name}.observe(${value})`
  const own = plateaus.filter(({ spec }) => spec.metric === METRIC.trainLoss)
  const measured = plateaus.filter(({ spec }) => spec.metric !== METRIC.trainLoss)
  return [
    ...own.map((plateau) => observe(plateau, 'loss')),
    ...(measured.length
      ? [
          `if ((t + 1) % ${whole(evaluationEvery(subject))} === 0) {`,
          ...indented(
            [
              'const measured = await validate(model)',
              ...measured.map((plateau) => observe(plateau, `measured['${plateau.spec.metric}']`)),
            ],
            '  ',
          ),
          '}',
        ]
      : []),
  ]
}
