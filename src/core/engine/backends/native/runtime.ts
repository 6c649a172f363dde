import { AppError } from '../../../domain/errors'
import { configProto, type RuntimeConfig } from './config-proto'
import type { Pointer, TensorFlowLibrary } from './library'

/** Data types by TensorFlow's own numbers (types.proto). */
export const DTYPE = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  resource: 20,
} as const
export type DType = (typeof DTYPE)[keyof typeof DTYPE]

/** A tensor that TensorFlow holds. Lives until it is deleted. */
export type Handle = bigint

type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array

/** An operation's attribute, ready to be set; made once, used at each call. */
export type Attribute =
  | { type: 'type'; name: string; value: DType }
  | { type: 'int'; name: string; value: number }
  | { type: 'float'; name: string; value: number }
  | { type: 'bool'; name: string; value: boolean }
  | { type: 'string'; name: string; value: string }
  | { type: 'shape'; name: string; value: readonly number[] }
  | { type: 'ints'; name: string; value: readonly number[] }
  | { type: 'floats'; name: string; value: readonly number[] }
  | { type: 'bools'; name: string; value: readonly boolean[] }
  | { type: 'types'; name: string; value: readonly DType[] }

export interface Device {
  name: string
  type: string
}

/** TensorFlow's eager runtime: one context, tensors in and out, operations by name. */
export interface Runtime {
  version: string
  devices: Device[]
  upload(data: TypedArray, shape: readonly number[], dtype: DType): Handle
  /** Copies a tensor's values into a typed array of the right length. */
  read<T extends TypedArray>(handle: Handle, into: T): T
  shape(handle: Handle): number[]
  dtype(handle: Handle): DType
  /** Runs one operation. @throws AppError engine.failed with the operation's name, input shapes and TensorFlow's words */
  execute(op: string, inputs: readonly Handle[], attributes: readonly Attribute[], outputs: number): Handle[]
  delete(handle: Handle): void
  /** Tensors that are alive: for leak tests. */
  readonly liveTensors: number
}

/** TensorFlow's code where memory, of the machine or of a GPU, does not suffice (tsl/protobuf/error_codes.proto). */
const RESOURCE_EXHAUSTED = 8

/** TensorFlow adds names of nodes and hints about profiling below. */
const firstLine = (words: string): string => words.split('\n')[0]!.trim()

function failure(op: string, shapes: string, words: string, outOfMemory: boolean): AppError {
  const advice = outOfMemory ? '. It is out of memory: use a smaller batchSize or model' : ''
  return new AppError('engine.failed', `TensorFlow's ${op} of ${shapes || 'nothing'} failed: ${words}${advice}`, {
    field: op,
    got: shapes,
    ...(outOfMemory ? { reason: 'memory' } : {}),
  })
}

/** Most outputs that any operation here has. */
const MAX_OUTPUTS = 64

/** Opens a context on a loaded library. @throws AppError engine.unavailable where TensorFlow refuses the configuration */
export function openRuntime(library: TensorFlowLibrary, config: RuntimeConfig): Runtime {
  const { functions: tf, copy } = library
  const status = tf.TF_NewStatus() as Pointer
  let live = 0

  const code = () => tf.TF_GetCode(status) as number
  const failed = () => code() !== 0
  const message = () => tf.TF_Message(status) as string
  const check = (what: string) => {
    if (failed()) throw new AppError('engine.failed', `TensorFlow: ${what}: ${message()}`)
  }

  const options = tf.TFE_NewContextOptions() as Pointer
  const proto = configProto(config)
  tf.TFE_ContextOptionsSetConfig(options, proto, proto.byteLength, status)
  const context = failed() ? null : (tf.TFE_NewContext(options, status) as Pointer)
  tf.TFE_DeleteContextOptions(options)
  if (failed()) throw new AppError('engine.unavailable', `TensorFlow ${library.version} did not start: ${message()}`)

  const outputs = new BigUint64Array(MAX_OUTPUTS)
  const outputCount = new Int32Array(1)
  /** One op object a name, reset before each use: cheaper than a new one. */
  const ops = new Map<string, Pointer>()

  function openOp(name: string): Pointer {
    const known = ops.get(name)
    if (known) {
      tf.TFE_OpReset(known, name, null, status)
      return known
    }
    const op = tf.TFE_NewOp(context, name, status) as Pointer
    check(`there is no operation ${name} in version ${library.version}`)
    ops.set(name, op)
    return op
  }

  function setAttribute(op: Pointer, attribute: Attribute): void {
    const { name, value } = attribute
    if (attribute.type === 'type') tf.TFE_OpSetAttrType(op, name, value)
    else if (attribute.type === 'int') tf.TFE_OpSetAttrInt(op, name, value)
    else if (attribute.type === 'float') tf.TFE_OpSetAttrFloat(op, name, value)
    else if (attribute.type === 'bool') tf.TFE_OpSetAttrBool(op, name, value ? 1 : 0)
    else if (attribute.type === 'string') {
      const text = Buffer.from(attribute.value, 'utf8')
      tf.TFE_OpSetAttrString(op, name, text, text.byteLength)
    } else {
      const list = attribute.value
      if (attribute.type === 'types') tf.TFE_OpSetAttrTypeList(op, name, Int32Array.from(list as number[]), list.length)
      else if (attribute.type === 'floats')
        tf.TFE_OpSetAttrFloatList(op, name, Float32Array.from(list as number[]), list.length)
      else if (attribute.type === 'bools')
        tf.TFE_OpSetAttrBoolList(op, name, Uint8Array.from(list as boolean[], Number), list.length)
      else {
        const ints = BigInt64Array.from(list as number[], BigInt)
        if (attribute.type === 'ints') tf.TFE_OpSetAttrIntList(op, name, ints, list.length)
        else tf.TFE_OpSetAttrShape(op, name, ints, list.length, status)
      }
    }
  }

  function shape(handle: Handle): number[] {
    const rank = tf.TFE_TensorHandleNumDims(handle, status) as number
    return Array.from({ length: rank }, (_, i) => Number(tf.TFE_TensorHandleDim(handle, i, status)))
  }

  /** Where an operation fails, what went in says more than TensorFlow's words alone. */
  function explain(op: string, inputs: readonly Handle[]): AppError {
    const [words, outOfMemory] = [message(), code() === RESOURCE_EXHAUSTED]
    const shapes = inputs.map((input) => `[${shape(input).join(', ')}]`).join(' and ')
    // An op that failed may be left half set.
    tf.TFE_DeleteOp(ops.get(op))
    ops.delete(op)
    return failure(op, shapes, firstLine(words), outOfMemory)
  }

  return {
    version: library.version,
    devices: listDevices(),
    upload(data, dims, dtype) {
      const tensor = tf.TF_AllocateTensor(
        dtype,
        BigInt64Array.from(dims, BigInt),
        dims.length,
        data.byteLength,
      ) as Pointer
      const place = tensor && (tf.TF_TensorData(tensor) as Pointer)
      if (data.byteLength && !place) {
        if (tensor) tf.TF_DeleteTensor(tensor)
        throw failure('upload', `[${dims.join(', ')}]`, `there are no ${data.byteLength} bytes for it`, true)
      }
      copy(place, data, data.byteLength)
      const handle = tf.TFE_NewTensorHandle(tensor, status) as Handle
      tf.TF_DeleteTensor(tensor)
      check('upload')
      live++
      return handle
    },
    read(handle, into) {
      const tensor = tf.TFE_TensorHandleResolve(handle, status) as Pointer
      check('read')
      const bytes = Number(tf.TF_TensorByteSize(tensor))
      try {
        if (bytes !== into.byteLength)
          throw new AppError('internal', `A tensor of ${bytes} bytes was read into ${into.byteLength}`)
        copy(into, tf.TF_TensorData(tensor) as Pointer, bytes)
      } finally {
        tf.TF_DeleteTensor(tensor)
      }
      return into
    },
    shape,
    dtype: (handle) => tf.TFE_TensorHandleDataType(handle) as DType,
    execute(name, inputs, attributes, count) {
      const op = openOp(name)
      for (const input of inputs) tf.TFE_OpAddInput(op, input, status)
      for (const attribute of attributes) setAttribute(op, attribute)
      outputCount[0] = count
      tf.TFE_Execute(op, outputs, outputCount, status)
      if (failed()) throw explain(name, inputs)
      const made = outputCount[0]!
      live += made
      return Array.from({ length: made }, (_, i) => outputs[i]!)
    },
    delete(handle) {
      live--
      tf.TFE_DeleteTensorHandle(handle)
    },
    get liveTensors() {
      return live
    },
  }

  function listDevices(): Device[] {
    const list = tf.TFE_ContextListDevices(context, status) as Pointer
    check('device list')
    const devices = Array.from({ length: tf.TF_DeviceListCount(list) as number }, (_, i) => ({
      name: tf.TF_DeviceListName(list, i, status) as string,
      type: tf.TF_DeviceListType(list, i, status) as string,
    }))
    tf.TF_DeleteDeviceList(list)
    return devices
  }
}
