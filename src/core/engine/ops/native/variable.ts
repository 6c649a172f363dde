import { type Attribute, DTYPE, type Handle, type Runtime } from '../../backends/native/runtime'
import type { NativeTensor } from './native-tensor'

/** What the operations on variables have to be told. */
export const VARIABLE_TYPE: Attribute[] = [{ type: 'type', name: 'dtype', value: DTYPE.float32 }]

/**
 * A tensor that updates change in place: a resource variable of TensorFlow's. Its values are read when somebody asks,
 * at most once between two updates; reading copies nothing. TensorFlow updates in place where nobody holds a reading,
 * otherwise into memory of its own, so that a reading never changes.
 */
export class Variable implements NativeTensor {
  readonly owner = null
  private reading: Handle | null = null

  constructor(
    private readonly runtime: Runtime,
    readonly resource: Handle,
    readonly shape: readonly number[],
  ) {}

  get handle(): Handle {
    return (this.reading ??= this.read())
  }

  /** A reading that is the caller's to delete. */
  read(): Handle {
    return this.runtime.execute('ReadVariableOp', [this.resource], VARIABLE_TYPE, 1)[0]!
  }

  /** Lets go of the reading; before each update. */
  release(): void {
    if (this.reading !== null) this.runtime.delete(this.reading)
    this.reading = null
  }

  free(): void {
    this.release()
    this.runtime.delete(this.resource)
  }
}
