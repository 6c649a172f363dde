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

/** What the gradient of a layer norm needs from its forward pass; opaque. */
export interface LayerNormSaved {
  readonly normalized: Tensor
}

/** A place for a tensor that updates change: afterwards it may hold another one. */
export interface TensorHolder {
  tensor: Tensor
}

export interface UpdateOptions {
  lr: number
  /** Factor on the gradient, applied first (clipping). */
  gradientScale: number
  /** Added to the gradient times the weight, unless the optimizer decouples it. */
  weightDecay: number
}

export interface SgdOptions extends UpdateOptions {
  momentum: number
  nesterov: boolean
}

export interface AdamOptions extends UpdateOptions {
  beta1: number
  beta2: number
  epsilon: number
  /** This update's number, from 1. */
  step: number
  /** Decay is taken off the weight itself, times the rate (AdamW). */
  decoupled: boolean
}

export interface RmspropOptions extends UpdateOptions {
  momentum: number
  alpha: number
  epsilon: number
}

/**
 * Forward and gradient operations on opaque tensors: the only thing that layers, optimizers and the loop know of an
 * engine. All tensors are float32, images are batch × height × width × channels, a filter is
 * kernel × kernel × channels × filters. Only updates change tensors in place.
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
  multiply(a: Tensor, b: Tensor): Tensor
  /** Tensors side by side along the last axis; all other sizes are equal. */
  concat(tensors: readonly Tensor[]): Tensor
  /** Parts of these sizes along the last axis. */
  split(x: Tensor, sizes: readonly number[]): Tensor[]
  /** Product of two matrices, either of them transposed first. */
  matMul(a: Tensor, b: Tensor, transpose?: { a?: boolean; b?: boolean }): Tensor
  /** Adds one value a channel (last axis). */
  addBias(x: Tensor, bias: Tensor): Tensor
  /** Sums over all axes but the last. */
  biasGradient(dy: Tensor): Tensor

  relu(x: Tensor): Tensor
  /** @param y output of the forward operation */
  reluGradient(dy: Tensor, y: Tensor): Tensor
  /** x where it is above 0, slope · x elsewhere. */
  leakyRelu(x: Tensor, slope: number): Tensor
  leakyReluGradient(dy: Tensor, x: Tensor, slope: number): Tensor
  /** x where it is above 0, exp(x) − 1 elsewhere. */
  elu(x: Tensor): Tensor
  /** @param y output of the forward operation */
  eluGradient(dy: Tensor, y: Tensor): Tensor
  /** x · Φ(x), with the normal distribution Φ. */
  gelu(x: Tensor): Tensor
  geluGradient(dy: Tensor, x: Tensor): Tensor
  sigmoid(x: Tensor): Tensor
  /** @param y output of the forward operation */
  sigmoidGradient(dy: Tensor, y: Tensor): Tensor
  tanh(x: Tensor): Tensor
  /** @param y output of the forward operation */
  tanhGradient(dy: Tensor, y: Tensor): Tensor

  conv2d(x: Tensor, filter: Tensor, geometry: Geometry): Tensor
  conv2dInputGradient(dy: Tensor, filter: Tensor, geometry: Geometry): Tensor
  conv2dFilterGradient(dy: Tensor, x: Tensor, geometry: Geometry): Tensor
  /**
   * Each channel with filters of its own: the filter is kernel × kernel × channels × multiplier, the outputs of a channel
   * lie side by side.
   */
  depthwiseConv2d(x: Tensor, filter: Tensor, geometry: Geometry): Tensor
  depthwiseConv2dInputGradient(dy: Tensor, filter: Tensor, geometry: Geometry): Tensor
  depthwiseConv2dFilterGradient(dy: Tensor, x: Tensor, geometry: Geometry): Tensor

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

  /** Normalises the channels of each position by their own mean and biased variance, then scales and shifts each channel. */
  layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): { y: Tensor; saved: LayerNormSaved }
  layerNormGradient(dy: Tensor, scale: Tensor, saved: LayerNormSaved): { dx: Tensor; dScale: Tensor; dShift: Tensor }

  /**
   * 0 with a probability of `rate`, else 1 / (1 − rate): a product with it leaves the expected value as it is.
   * @param seed two whole numbers from 0 to 2³¹ − 1; the same ones give the same mask on every engine
   */
  dropoutMask(shape: readonly number[], rate: number, seed: readonly [number, number]): Tensor

  maxPool(x: Tensor, geometry: Geometry): Tensor
  /** The gradient goes to the first largest value of each window. @param y output of the forward operation */
  maxPoolGradient(dy: Tensor, x: Tensor, y: Tensor, geometry: Geometry): Tensor
  /** Mean of each window over its cells that lie inside of the image. */
  averagePool(x: Tensor, geometry: Geometry): Tensor
  averagePoolGradient(dy: Tensor, geometry: Geometry): Tensor
  /** Mean over height and width: batch × channels. */
  globalAveragePool(x: Tensor): Tensor
  globalAveragePoolGradient(dy: Tensor, shape: readonly number[]): Tensor

  /**
   * Softmax and mean cross-entropy in one, stable for any finite outputs.
   * @param smoothing share of each target that is spread over all classes, from 0 to below 1; 0 by default
   */
  crossEntropy(outputs: Tensor, labels: Labels, withGradient: boolean, smoothing?: number): LossResult
  /** Mean squared difference to the one-hot label, over batch and classes. */
  meanSquaredError(outputs: Tensor, labels: Labels, withGradient: boolean): LossResult
  /** Mean squared difference to targets of the outputs' shape, over all of them; nothing counts as correct. */
  squaredError(outputs: Tensor, targets: Tensor, withGradient: boolean): LossResult

  /** Sum of the squares of all values of some tensors. */
  sumOfSquares(tensors: readonly Tensor[]): number
  /** Sum of the squared differences of tensors taken in pairs. */
  sumOfSquaredDifferences(a: readonly Tensor[], b: readonly Tensor[]): number
  /** Each value limited to ±limit. */
  clip(x: Tensor, limit: number): Tensor
  /** The values as they are now, whatever updates do to x. */
  snapshot(x: Tensor): Tensor

  /**
   * One update as PyTorch's SGD does it: g += decay·w, v = momentum·v + g, w −= lr·v (Nesterov: lr·(g + momentum·v)).
   * Weight and velocity are changed in their holders; a tensor that was taken from one before is not to be used again.
   */
  sgdUpdate(weight: TensorHolder, gradient: Tensor, velocity: TensorHolder, options: SgdOptions): void
  /**
   * One update as PyTorch's Adam or AdamW does it: m += (1 − β1)(g − m), v = β2·v + (1 − β2)·g²,
   * w −= lr·m̂ / (√v̂ + ε) with m̂ = m / (1 − β1ᵗ), v̂ = v / (1 − β2ᵗ).
   */
  adamUpdate(
    weight: TensorHolder,
    gradient: Tensor,
    moments: readonly [TensorHolder, TensorHolder],
    options: AdamOptions,
  ): void
  /** One update as PyTorch's RMSprop does it: s = α·s + (1 − α)·g², v = momentum·v + g / (√s + ε), w −= lr·v. */
  rmspropUpdate(
    weight: TensorHolder,
    gradient: Tensor,
    square: TensorHolder,
    velocity: TensorHolder,
    options: RmspropOptions,
  ): void
}
