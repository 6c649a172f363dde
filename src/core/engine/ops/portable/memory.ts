import type { DataId, KernelBackend, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core'
import { AppError } from '../../../domain/errors'
import type { Tensor } from '../ops'

type Kernel = (args: { inputs: Record<string, TensorInfo>; backend: unknown; attrs: NamedAttrMap }) => unknown

/** What a tfjs backend must offer here: its kernels, and its values as plain arrays without a copy. */
export interface KernelHost {
  backend: KernelBackend
  kernel(name: string): Kernel
  /** An uninitialised float32 tensor. */
  allocate(shape: number[]): TensorInfo
  /** The live values; only good until the next allocation, which may move the memory. */
  view(info: TensorInfo): Float32Array
  /** Did the backend get the memory for a tensor that it says it made? */
  holds(info: TensorInfo): boolean
}

interface OwnTensor extends Tensor, TensorInfo {
  shape: number[]
  dataId: DataId
  /** The open scope that will free it; null where it is the caller's. */
  owner: Set<OwnTensor> | null
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/** Tensors, scopes and kernel calls on one tfjs backend; tfjs's own engine and autodiff stay out of it. */
export class Memory {
  private open: Set<OwnTensor> | null = null

  constructor(private readonly host: KernelHost) {}

  private own(info: TensorInfo, shape: readonly number[] = info.shape): Tensor {
    if (!this.host.holds(info))
      throw new AppError(
        'engine.failed',
        `The engine is out of memory at a tensor of shape [${shape}]; use a smaller batch or model`,
      )
    const { dataId, dtype } = info
    const tensor: OwnTensor = { shape: [...shape], dataId, dtype, owner: this.open }
    this.open?.add(tensor)
    return tensor
  }

  /** Calls a tfjs kernel that has one output. Inputs may be seen in another shape of the same size. */
  run(name: string, inputs: Record<string, Tensor>, attrs: object = {}, shape?: readonly number[]): Tensor {
    const args = {
      inputs: inputs as Record<string, OwnTensor>,
      backend: this.host.backend,
      attrs: attrs as NamedAttrMap,
    }
    return this.own(this.host.kernel(name)(args) as TensorInfo, shape)
  }

  /** The same tensor in another shape, for one kernel call: owns nothing and must not outlive it. */
  as(tensor: Tensor, shape: readonly number[]): Tensor {
    const seen: OwnTensor = { ...(tensor as OwnTensor), shape: shape as number[], owner: null }
    return seen
  }

  /** The same values in another shape, counted as a tensor of its own. */
  reshape(tensor: Tensor, shape: readonly number[]): Tensor {
    const own = tensor as OwnTensor
    if (sizeOf(shape) !== sizeOf(own.shape))
      throw new AppError('internal', `A tensor of shape [${own.shape}] cannot be seen as [${shape}]`)
    this.host.backend.incRef(own.dataId)
    return this.own(own, shape)
  }

  /** An uninitialised tensor: fill every value through {@link view}. */
  allocate(shape: readonly number[]): Tensor {
    return this.own(this.host.allocate([...shape]))
  }

  /** The live values; take it after the last allocation, which may move the memory. */
  view(tensor: Tensor): Float32Array {
    return this.host.view(tensor as OwnTensor)
  }

  upload(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    if (sizeOf(shape) !== values.length)
      throw new AppError('internal', `${values.length} values do not fill a tensor of shape [${shape}]`)
    const tensor = this.allocate(shape)
    this.view(tensor).set(values)
    return tensor
  }

  dispose(tensor: Tensor): void {
    const own = tensor as OwnTensor
    own.owner?.delete(own)
    this.host.backend.disposeData(own.dataId)
  }

  keep<T extends Tensor>(tensor: T): T {
    const own = tensor as unknown as OwnTensor
    own.owner?.delete(own)
    own.owner = null
    return tensor
  }

  scope<T>(run: () => T): T {
    const outer = this.open
    const mine = (this.open = new Set<OwnTensor>())
    const free = () => {
      this.open = outer
      for (const tensor of mine) this.host.backend.disposeData(tensor.dataId)
    }
    let result: T
    try {
      result = run()
    } catch (error) {
      afterFailure(free)
      throw error
    }
    free()
    return result
  }

  /** Data buffers that the backend holds. */
  count(): number {
    return this.host.backend.numDataIds()
  }
}

/**
 * Frees what can be freed after an error. A kernel that ran out of memory may leave an unusable heap; what that makes of
 * freeing must not hide the error that says why.
 */
export function afterFailure(free: () => void): void {
  try {
    free()
  } catch {
    // The first error is on its way to the caller.
  }
}
