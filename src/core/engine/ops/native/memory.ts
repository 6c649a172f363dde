import { AppError } from '../../../domain/errors'
import { type Attribute, DTYPE, type Handle, type Runtime } from '../../backends/native/runtime'
import { type NativeTensor, sizeOf } from './native-tensor'
import { Variable } from './variable'

export { type NativeTensor, sizeOf }

/** More than any optimizer needs at one update. */
const MAX_RATES = 32

const FLOAT: Attribute = { type: 'type', name: 'T', value: DTYPE.float32 }

/** Tensors, scopes and operations on TensorFlow's runtime. */
export class Memory {
  private open: Set<NativeTensor> | null = null
  private readonly rates = new Map<number, Handle>()
  private readonly constants = new Map<string, Handle>()
  private readonly attributes = new Map<string, Attribute[]>()

  constructor(readonly runtime: Runtime) {}

  own(handle: Handle, shape: readonly number[]): NativeTensor {
    const tensor: NativeTensor = { shape, handle, owner: this.open }
    this.open?.add(tensor)
    return tensor
  }

  /** Runs an operation with one output of a known shape. */
  run(op: string, inputs: readonly Handle[], attributes: readonly Attribute[], shape: readonly number[]): NativeTensor {
    return this.own(this.runtime.execute(op, inputs, attributes, 1)[0]!, shape)
  }

  /** An operation on float32 tensors whose only attribute is that type. */
  float(op: string, inputs: readonly Handle[], shape: readonly number[]): NativeTensor {
    return this.run(
      op,
      inputs,
      this.list(op, () => [FLOAT]),
      shape,
    )
  }

  /** An attribute list that is made once a key. */
  list(key: string, make: () => Attribute[]): Attribute[] {
    let found = this.attributes.get(key)
    if (!found) this.attributes.set(key, (found = make()))
    return found
  }

  /** Small int32 vectors (shapes, axes) that operations take as tensors; uploaded once. */
  ints(values: readonly number[]): Handle {
    const key = `i${values.join()}`
    return this.constant(key, () => this.runtime.upload(Int32Array.from(values), [values.length], DTYPE.int32))
  }

  /** A scalar that is used at many steps; uploaded once. For values that change each step use {@link scalar}. */
  constantScalar(value: number): Handle {
    return this.constant(`f${value}`, () => this.runtime.upload(Float32Array.of(value), [], DTYPE.float32))
  }

  scalarInt(value: number): Handle {
    return this.constant(`n${value}`, () => this.runtime.upload(Int32Array.of(value), [], DTYPE.int32))
  }

  scalar(value: number): Handle {
    return this.own(this.runtime.upload(Float32Array.of(value), [], DTYPE.float32), []).handle
  }

  /** A scalar of a rule or schedule, which may change at each update; the ones used last are kept. */
  rate(value: number): Handle {
    const known = this.rates.get(value)
    const handle = known ?? this.runtime.upload(Float32Array.of(value), [], DTYPE.float32)
    // Back to the end of the order: the next to go is the one that was not used for longest.
    if (known !== undefined) this.rates.delete(value)
    this.rates.set(value, handle)
    if (this.rates.size > MAX_RATES) {
      const [oldest, unused] = this.rates.entries().next().value!
      this.rates.delete(oldest)
      this.runtime.delete(unused)
    }
    return handle
  }

  private constant(key: string, make: () => Handle): Handle {
    let handle = this.constants.get(key)
    if (handle === undefined) this.constants.set(key, (handle = make()))
    return handle
  }

  upload(values: Float32Array, shape: readonly number[]): NativeTensor {
    if (sizeOf(shape) !== values.length)
      throw new AppError('internal', `${values.length} values do not fill a tensor of shape [${shape}]`)
    return this.own(this.runtime.upload(values, shape, DTYPE.float32), shape)
  }

  download(tensor: NativeTensor): Float32Array {
    return this.runtime.read(tensor.handle, new Float32Array(sizeOf(tensor.shape)))
  }

  /** The value of a scalar handle, which is freed. */
  takeNumber(handle: Handle): number {
    const value = this.runtime.read(handle, new Float32Array(1))[0]!
    this.runtime.delete(handle)
    return value
  }

  dispose(tensor: NativeTensor): void {
    if (tensor instanceof Variable) return tensor.free()
    tensor.owner?.delete(tensor)
    this.runtime.delete(tensor.handle)
  }

  keep<T extends NativeTensor>(tensor: T): T {
    if (tensor instanceof Variable) return tensor
    tensor.owner?.delete(tensor)
    tensor.owner = null
    return tensor
  }

  scope<T>(work: () => T): T {
    const outer = this.open
    const mine = (this.open = new Set<NativeTensor>())
    try {
      return work()
    } finally {
      this.open = outer
      for (const tensor of mine) this.runtime.delete(tensor.handle)
    }
  }

  /** Tensors alive, those of constants left out. */
  count(): number {
    return this.runtime.liveTensors - this.constants.size - this.rates.size
  }
}
