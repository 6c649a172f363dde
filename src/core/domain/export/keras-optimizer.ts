import { momentumOf } from '../spec/optimizers'
import { isRegression } from '../spec/datasets'
import type { RunSpec } from '../spec/run-spec'
import { indented, real } from './source'

const CLASSES = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop' } as const

/** Lines that define what Keras lacks, and the optimizer as name and arguments but the rate. */
export interface KerasOptimizer {
  definition: string[]
  name: string
  settings: string[]
  /** Why it is not Keras's own, or how that differs from the run's. */
  remark: string[]
}

/**
 * The optimizer of a run in Keras. Keras keeps the rate inside of the velocity, has no coupled weight decay and no
 * momentum that moves: where one of these matters the update is written out as the run had it, which is PyTorch's.
 */
export function kerasOptimizer(spec: RunSpec, movesMomentum: boolean): KerasOptimizer {
  const { optimizer, clip } = spec
  const clipped = clip ? ['norm' in clip ? `global_clipnorm=${real(clip.norm)}` : `clipvalue=${real(clip.value)}`] : []
  const own = CLASSES[optimizer.kind]
  const coupled = optimizer.kind !== 'adamw' && optimizer.weightDecay > 0
  // RMSprop's epsilon stands inside of the root in Keras, where it weighs as its square root.
  const velocity = optimizer.kind === 'rmsprop' || (optimizer.kind === 'sgd' && optimizer.momentum > 0)
  const settings = [...settingsOf(spec, movesMomentum), ...clipped]
  if (!movesMomentum && !coupled && !velocity)
    return { definition: [], name: `keras.optimizers.${own}`, settings, remark: remarkOf(spec) }
  return { definition: definitionOf(spec, movesMomentum, coupled), name: `Run${own}`, settings, remark: [] }
}

function settingsOf({ optimizer }: RunSpec, moves: boolean): string[] {
  // Slots for the velocity are made where this is above 0; momentum(t) is what moves it.
  const momentum = `momentum=${real(moves ? 0.9 : momentumOf(optimizer))}`
  if (optimizer.kind === 'sgd') return [momentum, `nesterov=${optimizer.nesterov ? 'True' : 'False'}`]
  if (optimizer.kind === 'rmsprop')
    return [`rho=${real(optimizer.alpha)}`, momentum, `epsilon=${real(optimizer.epsilon)}`]
  const { beta1, beta2, epsilon } = optimizer
  const decay = optimizer.kind === 'adamw' ? [`weight_decay=${real(optimizer.weightDecay)}`] : []
  return [`beta_1=${real(beta1)}`, `beta_2=${real(beta2)}`, `epsilon=${real(epsilon)}`, ...decay]
}

const remarkOf = ({ optimizer }: RunSpec): string[] =>
  optimizer.kind === 'sgd' ? [] : ['# Keras adds epsilon before the bias correction, the run (as PyTorch) after it.']

/** What of the update is otherwise than in Keras. */
const OUTSIDE = {
  sgd: 'the rate is outside of the velocity, decay is in the gradient',
  rmsprop: 'rate and epsilon are outside of the mean and the root, decay is in the gradient',
  adam: 'epsilon comes after the bias correction, decay is in the gradient',
  adamw: 'epsilon comes after the bias correction',
} as const

function definitionOf({ optimizer }: RunSpec, moves: boolean, coupled: boolean): string[] {
  const own = CLASSES[optimizer.kind]
  const decay = real(optimizer.weightDecay)
  const gradient = !coupled
    ? []
    : optimizer.decayAll
      ? [`gradient = gradient + ${decay} * variable`]
      : [
          '# Biases and the parameters of normalisation do not decay.',
          'if len(variable.shape) > 1:',
          `    gradient = gradient + ${decay} * variable`,
        ]
  const momentum = moves ? 'ops.cast(self.momentum_now(), variable.dtype)' : real(momentumOf(optimizer))
  return [
    '',
    '',
    '@keras.saving.register_keras_serializable("anneal")',
    `class Run${own}(keras.optimizers.${own}):`,
    ...indented([
      `"""The update as the run had it, which is PyTorch's: ${OUTSIDE[optimizer.kind]}."""`,
      ...(moves
        ? [
            '',
            'def momentum_now(self):',
            '    """Momentum of the update at hand."""',
            '    return MOMENTA(self.iterations)',
          ]
        : []),
      '',
      'def update_step(self, gradient, variable, learning_rate):',
      ...indented([
        'rate = ops.cast(learning_rate, variable.dtype)',
        'gradient = ops.cast(gradient, variable.dtype)',
        ...gradient,
        'slot = self._get_variable_index(variable)',
        ...updateOf(optimizer, momentum, moves),
      ]),
    ]),
  ]
}

function updateOf(optimizer: RunSpec['optimizer'], momentum: string, moves: boolean): string[] {
  const hasVelocity = moves || momentumOf(optimizer) > 0
  if (optimizer.kind === 'sgd') {
    if (!hasVelocity) return ['self.assign_sub(variable, rate * gradient)']
    const step = optimizer.nesterov ? '(gradient + momentum * velocity)' : 'velocity'
    return [
      `momentum = ${momentum}`,
      'velocity = momentum * self.momentums[slot] + gradient',
      'self.assign(self.momentums[slot], velocity)',
      `self.assign_sub(variable, rate * ${step})`,
    ]
  }
  if (optimizer.kind === 'rmsprop') {
    const scaled = [
      `squares = ${real(optimizer.alpha)} * self._velocities[slot] + ${real(1 - optimizer.alpha)} * ops.square(gradient)`,
      'self.assign(self._velocities[slot], squares)',
      `scaled = gradient / (ops.sqrt(squares) + ${real(optimizer.epsilon)})`,
    ]
    if (!hasVelocity) return [...scaled, 'self.assign_sub(variable, rate * scaled)']
    return [
      ...scaled,
      `velocity = ${momentum} * self._momentums[slot] + scaled`,
      'self.assign(self._momentums[slot], velocity)',
      'self.assign_sub(variable, rate * velocity)',
    ]
  }
  const { beta2, epsilon } = optimizer
  return [
    `beta_1, beta_2 = ${momentum}, ${real(beta2)}`,
    'count = ops.cast(self.iterations + 1, variable.dtype)',
    'mean = beta_1 * self._momentums[slot] + (1 - beta_1) * gradient',
    'squares = beta_2 * self._velocities[slot] + (1 - beta_2) * ops.square(gradient)',
    'self.assign(self._momentums[slot], mean)',
    'self.assign(self._velocities[slot], squares)',
    'mean = mean / (1 - ops.power(beta_1, count))',
    'squares = squares / (1 - ops.power(beta_2, count))',
    `self.assign_sub(variable, rate * mean / (ops.sqrt(squares) + ${real(epsilon)}))`,
  ]
}

/** The loss: an expression, after the lines that it needs. */
export function kerasLoss({ loss, labelSmoothing, dataset }: RunSpec): { definition: string[]; expression: string } {
  const named = (value: string) => ({
    definition: [
      '',
      '',
      'def loss(targets, outputs):',
      `    one_hot = ops.one_hot(ops.reshape(targets, (-1,)), outputs.shape[-1])`,
      `    return ${value}`,
    ],
    expression: 'loss',
  })
  if (loss === 'cross-entropy' && !labelSmoothing)
    return { definition: [], expression: 'keras.losses.SparseCategoricalCrossentropy(from_logits=True)' }
  if (loss === 'cross-entropy')
    return named(
      `keras.losses.categorical_crossentropy(one_hot, outputs, from_logits=True, label_smoothing=${real(labelSmoothing!)})`,
    )
  if (isRegression(dataset)) return { definition: [], expression: '"mean_squared_error"' }
  return named('keras.losses.mean_squared_error(one_hot, outputs)')
}
