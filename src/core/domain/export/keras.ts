import { METRIC } from '../metrics'
import { header } from './header'
import { kerasLoss, kerasOptimizer } from './keras-optimizer'
import { kerasPlateau, kerasSchedule } from './keras-schedule'
import { evaluationEvery, pythonObservations, pythonPlateaus } from './plateau-code'
import { pythonFunctions, pythonImports } from './rate-function'
import { call, indented, real, whole } from './source'
import { type SpelledPlateau, type SpelledSchedule, spellSchedule } from './spell-schedule'
import type { ExportedCode, ExportSubject } from './subject'
import { isRegression } from '../spec/datasets'

/** What of the code depends on where the rate comes from. */
interface Parts {
  how: ExportedCode['how']
  note: string
  before: string[]
  /** What the optimizer takes as its rate. */
  rate: string
  movesMomentum: boolean
  /** Callbacks of fit, expressions. */
  callbacks: string[]
  /** Metrics that decide on the rate: fit must come by them in time. */
  follows: string[]
}

/** The run as a module of Keras 3. */
export function kerasCode(subject: ExportSubject): ExportedCode {
  const { spec, steps } = subject
  const parts = partsOf(subject)
  const optimizer = kerasOptimizer(spec, parts.movesMomentum)
  const loss = kerasLoss(spec)
  const spares = spec.optimizer.kind === 'adamw' && spec.optimizer.weightDecay > 0 && !spec.optimizer.decayAll
  const body = [
    ...parts.before,
    ...optimizer.definition,
    '',
    '',
    'def create_optimizer(model):',
    ...indented([
      ...optimizer.remark,
      ...call(`optimizer = ${optimizer.name}`, [`learning_rate=${parts.rate}`, ...optimizer.settings]),
      ...(spares
        ? [
            '# Biases and the parameters of normalisation do not decay.',
            'optimizer.exclude_from_weight_decay(var_list=[v for v in model.trainable_variables if len(v.shape) <= 1])',
          ]
        : []),
      'return optimizer',
    ]),
    ...loss.definition,
    '',
    '',
    ...trainLines(subject, parts, loss.expression),
  ]
  const uses = (word: string) => body.some((line) => line.includes(word))
  return {
    how: parts.how,
    note: parts.note,
    code: [
      ...header(subject, 'Keras', parts.note, '#'),
      ...pythonImports(body),
      '',
      'import keras',
      ...(uses('np.') ? ['import numpy as np'] : []),
      ...(uses('ops.') ? ['from keras import ops'] : []),
      '',
      `STEPS = ${whole(steps)}`,
      ...body,
      '',
    ].join('\n'),
  }
}

function partsOf(subject: ExportSubject): Parts {
  const { spec, steps } = subject
  const { schedule } = spec
  const plain = { before: [], movesMomentum: false, callbacks: [], follows: [] }
  if (schedule.kind === 'constant' && !schedule.warmup)
    return {
      ...plain,
      how: 'library',
      note: 'the rate never changes: the optimizer alone has it.',
      rate: real(schedule.lr),
    }
  const plateau = schedule.kind === 'plateau' ? kerasPlateau(schedule) : null
  if (plateau && Array.isArray(plateau) && schedule.kind === 'plateau')
    return {
      ...plain,
      how: 'library',
      note: `Keras's own ReduceLROnPlateau with ${schedule.metric}; for fit, an epoch is the time from one value to the next.`,
      rate: real(schedule.lr),
      callbacks: [`keras.callbacks.ReduceLROnPlateau(${plateau.join(', ')})`],
      follows: [schedule.metric],
    }
  const found = kerasSchedule(schedule, steps)
  if (!('because' in found))
    return {
      ...plain,
      how: 'library',
      note:
        found.name === 'PiecewiseConstantDecay'
          ? "Keras's own PiecewiseConstantDecay is exactly this schedule."
          : `Keras's own ${found.name} is exactly this schedule, where it computes in double precision: hence np.array (JAX must have x64 enabled).`,
      rate: `keras.optimizers.schedules.${found.name}(${found.settings.join(', ')})`,
    }
  const because = plateau && 'because' in plateau ? plateau.because : found.because
  const spelled = spellSchedule(schedule, steps)
  return spelled.plateaus.length > 0 ? following(subject, spelled, because) : ofTable(spelled, because)
}

/** Rates that are known beforehand: a schedule that looks them up. */
function ofTable(spelled: SpelledSchedule, because: string): Parts {
  const { functions, movesMomentum } = spelled
  return {
    how: 'function',
    note: `a LearningRateSchedule that looks up the function lr(t), exact at every update: ${because}.`,
    before: [...pythonFunctions(functions), ...TABLE(movesMomentum)],
    rate: 'PerUpdate("lr")',
    movesMomentum,
    callbacks: [],
    follows: [],
  }
}

const TABLE = (movesMomentum: boolean): string[] => [
  '',
  '',
  '@keras.saving.register_keras_serializable("anneal")',
  'class PerUpdate(keras.optimizers.schedules.LearningRateSchedule):',
  ...indented([
    '"""A value for each update, computed once in double precision: Keras would compute it in single."""',
    '',
    'def __init__(self, of):',
    '    self.of = of',
    `    value = ${movesMomentum ? '{"lr": lr, "momentum": momentum}[of]' : 'lr'}`,
    '    self.values = ops.convert_to_tensor([value(t) for t in range(STEPS)], dtype="float32")',
    '',
    'def __call__(self, step):',
    '    return ops.take(self.values, ops.minimum(step, STEPS - 1))',
    '',
    'def get_config(self):',
    '    return {"of": self.of}',
  ]),
  ...(movesMomentum ? ['', '', 'MOMENTA = PerUpdate("momentum")'] : []),
]

/** Rates that follow the run: a callback that sets each. */
function following(subject: ExportSubject, spelled: SpelledSchedule, because: string): Parts {
  const { functions, movesMomentum, plateaus } = spelled
  const observations = pythonObservations(spelled, {
    every: evaluationEvery(subject),
    loss: 'logs["loss"]',
    measure: '{"validation/loss": logs["val_loss"], "validation/accuracy": logs.get("val_accuracy")}',
  })
  return {
    how: 'function',
    note: `a Callback that sets the function lr(t) before each update: ${because}.`,
    before: [
      ...pythonPlateaus(plateaus),
      ...pythonFunctions(functions),
      // Momentum does not follow the run: its table needs no rates.
      ...(movesMomentum ? TABLE(true) : []),
      '',
      '',
      'class Rates(keras.callbacks.Callback):',
      ...indented([
        '"""Sets the rate of each update, and tells the plateau what was measured after it."""',
        '',
        'def on_train_batch_begin(self, batch, logs=None):',
        '    self.model.optimizer.learning_rate = lr(int(self.model.optimizer.iterations))',
        '',
        'def on_epoch_end(self, epoch, logs=None):',
        ...indented(['t = int(self.model.optimizer.iterations) - 1', ...observations]),
      ]),
    ],
    rate: firstRate(plateaus),
    movesMomentum,
    callbacks: ['Rates()'],
    follows: [...new Set(plateaus.map(({ spec }) => spec.metric))],
  }
}

const firstRate = (plateaus: readonly SpelledPlateau[]): string => real(plateaus[0]!.spec.lr)

function trainLines(subject: ExportSubject, parts: Parts, loss: string): string[] {
  const { spec, steps } = subject
  const metrics = isRegression(spec.dataset) ? [] : ['metrics=["accuracy"]']
  const validates = parts.follows.some((metric) => metric !== METRIC.trainLoss)
  // An epoch of fit ends where a value is due: Keras's loss is a mean over the epoch.
  const every =
    parts.follows.length === 0 ? steps : parts.follows.includes(METRIC.trainLoss) ? 1 : evaluationEvery(subject)
  const stops = steps % every !== 0
  const callbacks = [...parts.callbacks, ...(stops ? ['StopAtEnd()'] : [])]
  const fit = [
    'batches',
    every === steps ? 'steps_per_epoch=STEPS' : `steps_per_epoch=${whole(every)}`,
    `epochs=${whole(Math.ceil(steps / every))}`,
    ...(validates ? ['validation_data=validation'] : []),
    ...(validates && every === 1 ? [`validation_freq=${whole(evaluationEvery(subject))}`] : []),
    callbacks.length ? `callbacks=[${callbacks.join(', ')}, *callbacks]` : 'callbacks=list(callbacks)',
  ]
  return [
    ...(stops
      ? [
          'class StopAtEnd(keras.callbacks.Callback):',
          '    def on_train_batch_end(self, batch, logs=None):',
          '        if int(self.model.optimizer.iterations) >= STEPS:',
          '            self.model.stop_training = True',
          '',
          '',
        ]
      : []),
    `def train(model, batches${validates ? ', validation' : ''}, callbacks=()):`,
    ...indented([
      '"""Makes the run\'s updates. batches yields pairs of inputs and targets, at least STEPS of them."""',
      ...call('model.compile', ['optimizer=create_optimizer(model)', `loss=${loss}`, ...metrics]),
      ...call('return model.fit', fit),
    ]),
  ]
}
