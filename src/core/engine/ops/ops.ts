import type { Geometry } from './geometry'

/** A float32 array on the engine's side. Only the `Ops` that made it can look inside. */
export interface Tensor {
  readonly shape: readonly number[]
}

/** Class numbers of a batch on the engine's side. */
export interface Labels {
  readonly count: number
}

/** What a loss says about a batch. */
export interface LossResult {
  /** Mean over the batch. */
  loss: number
  /** Samples whose largest output is at their label. */
  correct: number
  /** Derivative of the mean loss by the outputs; null where it was not asked for. */
  gradient: Tensor | null
}

/** Running statistics of a batch norm: one value a channel each. */
export interface RunningStatistics {
  mean: Tensor
  variance: Tensor
}

export interface BatchNormOptions {
  /** Added to the variance. */
  epsilon: number
  /** Share of the batch in the new running statistics. */
  momentum: number
}

/** What the gradient of a batch norm needs from its forward pass; opaque. */
export interface BatchNormSaved {
  readonly input: Tensor
}

export interface SgdOptions {
  lr: number
  momentum: number
  nesterov: boolean
  /** Coupled: added to the gradient times the weight. */
  weightDecay: number
  /** Factor on the gradient, applied first (clipping). */
  gradientScale: number
}

/**
 * Forward and gradient operations on opaque tensors: the only thing that layers, optimizers and the loop know of an
 * engine. All tensors are float32, images are batch × height × width × channels, a filter is
 * kernel × kernel × channels × filters. No operation changes a tensor in place.
 *
 * A tensor that is made in a scope is freed at its end unless it was kept; what is kept, or made outside of any scope,
 * is the caller's to dispose.
 */
export interface Ops {
  upload(values: Float32Array, shape: readonly number[]): Tensor
  uploadLabels(values: Int32Array): Labels
  /** A copy of the values. */
  download(tensor: Tensor): Float32Array
  dispose(tensor: Tensor): void
  scope<T>(run: () => T): T
  keep<T extends Tensor>(tensor: T): T
  /** Tensors that the engine holds now, of any origin; constant over steady steps. */
  tensorCount(): number

  /** The same values in another shape of the same size. */
  reshape(x: Tensor, shape: readonly number[]): Tensor
  add(a: Tensor, b: Tensor): Tensor
  /** Product of two matrices, either of them transposed first. */
  matMul(a: Tensor, b: Tensor, transpose?: { a?: boolean; b?: boolean }): Tensor
  /** Adds one value a channel (last axis). */
  addBias(x: Tensor, bias: Tensor): Tensor
  /** Sums over all axes but the last. */
  biasGradient(dy: Tensor): Tensor

  relu(x: Tensor): Tensor
  /** @param y output of the forward operation */
  reluGradient(dy: Tensor, y: Tensor): Tensor
  tanh(x: Tensor): Tensor
  /** @param y output of the forward operation */
  tanhGradient(dy: Tensor, y: Tensor): Tensor

  conv2d(x: Tensor, filter: Tensor, geometry: Geometry): Tensor
  conv2dInputGradient(dy: Tensor, filter: Tensor, geometry: Geometry): Tensor
  conv2dFilterGradient(dy: Tensor, x: Tensor, geometry: Geometry): Tensor

  /**
   * Normalises each channel (last axis) by the batch's mean and biased variance, then scales and shifts.
   * The new running statistics use the unbiased variance, as PyTorch's do.
   */
  batchNormTraining(
    x: Tensor,
    scale: Tensor,
    shift: Tensor,
    running: RunningStatistics,
    options: BatchNormOptions,
  ): { y: Tensor; saved: BatchNormSaved; running: RunningStatistics }
  batchNormInference(x: Tensor, scale: Tensor, shift: Tensor, running: RunningStatistics, epsilon: number): Tensor
  batchNormGradient(dy: Tensor, scale: Tensor, saved: BatchNormSaved): { dx: Tensor; dScale: Tensor; dShift: Tensor }

  maxPool(x: Tensor, geometry: Geometry): Tensor
  /** The gradient goes to the first largest value of each window. @param y output of the forward operation */
  maxPoolGradient(dy: Tensor, x: Tensor, y: Tensor, geometry: Geometry): Tensor
  /** Mean over height and width: batch × channels. */
  globalAveragePool(x: Tensor): Tensor
  globalAveragePoolGradient(dy: Tensor, shape: readonly number[]): Tensor

  /** Softmax and mean cross-entropy in one, stable for any finite outputs. */
  crossEntropy(outputs: Tensor, labels: Labels, withGradient: boolean): LossResult
  /** Mean squared difference to the one-hot label, over batch and classes. */
  meanSquaredError(outputs: Tensor, labels: Labels, withGradient: boolean): LossResult

  /** Sum of the squares of all values of some tensors. */
  sumOfSquares(tensors: readonly Tensor[]): number
  /** Sum of the squared differences of tensors taken in pairs. */
  sumOfSquaredDifferences(a: readonly Tensor[], b: readonly Tensor[]): number
  /**
   * One update as PyTorch's SGD does it: g += decay·w, v = momentum·v + g, w −= lr·v (Nesterov: lr·(g + momentum·v)).
   * @returns new weight and new velocity
   */
  sgdUpdate(
    weight: Tensor,
    gradient: Tensor,
    velocity: Tensor,
    options: SgdOptions,
  ): { weight: Tensor; velocity: Tensor }
}
