import type { RunSpec } from '../spec/run-spec'
import { isRegression } from '../spec/datasets'
import { real } from './source'

const CLASSES = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop' } as const

/** "torch.optim.SGD" and its arguments but the parameters, the rate and the decay. */
export function torchOptimizer({ optimizer }: RunSpec): { name: string; settings: string[] } {
  const name = `torch.optim.${CLASSES[optimizer.kind]}`
  if (optimizer.kind === 'sgd')
    return {
      name,
      settings: [`momentum=${real(optimizer.momentum)}`, `nesterov=${optimizer.nesterov ? 'True' : 'False'}`],
    }
  if (optimizer.kind === 'rmsprop')
    return {
      name,
      settings: [
        `alpha=${real(optimizer.alpha)}`,
        `eps=${real(optimizer.epsilon)}`,
        `momentum=${real(optimizer.momentum)}`,
      ],
    }
  const { beta1, beta2, epsilon } = optimizer
  return { name, settings: [`betas=(${real(beta1)}, ${real(beta2)})`, `eps=${real(epsilon)}`] }
}

/** Does weight decay spare some parameters? */
export const decaysInPart = ({ optimizer }: RunSpec): boolean => optimizer.weightDecay > 0 && !optimizer.decayAll

/** Lines that make `groups` of a list `parameters`, each with its weight decay. */
export function torchGroups(spec: RunSpec): string[] {
  const decay = real(spec.optimizer.weightDecay)
  if (!decaysInPart(spec)) return [`groups = [{"params": parameters, "weight_decay": ${decay}}]`]
  return [
    '# Biases and the parameters of normalisation do not decay.',
    'groups = [',
    `    {"params": [p for p in parameters if p.ndim > 1], "weight_decay": ${decay}},`,
    '    {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},',
    ']',
  ]
}

/** The loss as an expression of PyTorch. */
export function torchLoss({ loss, labelSmoothing, dataset }: RunSpec, outputs: string, targets: string): string {
  if (loss === 'cross-entropy')
    return `functional.cross_entropy(${outputs}, ${targets}${labelSmoothing ? `, label_smoothing=${real(labelSmoothing)}` : ''})`
  if (isRegression(dataset)) return `functional.mse_loss(${outputs}, ${targets})`
  return `functional.mse_loss(${outputs}, functional.one_hot(${targets}, ${outputs}.shape[-1]).to(${outputs}.dtype))`
}

/** Clipping of the gradients of `model`, where the run clips. */
export function torchClip({ clip }: RunSpec, model: string): string[] {
  if (!clip) return []
  return 'norm' in clip
    ? [`torch.nn.utils.clip_grad_norm_(${model}.parameters(), ${real(clip.norm)})`]
    : [`torch.nn.utils.clip_grad_value_(${model}.parameters(), ${real(clip.value)})`]
}
