import koffi from 'koffi'
import { AppError } from '../../../domain/errors'

/** Any pointer or buffer that TensorFlow's C API takes; koffi gives pointers as numbers. */
export type Pointer = bigint | null

/** The functions of TensorFlow's C API that the engine calls, by name. */
const SIGNATURES = {
  TF_Version: 'const char *TF_Version()',
  TF_NewStatus: 'void *TF_NewStatus()',
  TF_GetCode: 'int TF_GetCode(void *status)',
  TF_Message: 'const char *TF_Message(void *status)',
  TF_AllocateTensor: 'void *TF_AllocateTensor(int dtype, const int64_t *dims, int rank, size_t bytes)',
  TF_DeleteTensor: 'void TF_DeleteTensor(void *tensor)',
  TF_TensorData: 'void *TF_TensorData(void *tensor)',
  TF_TensorByteSize: 'size_t TF_TensorByteSize(void *tensor)',
  TFE_NewContextOptions: 'void *TFE_NewContextOptions()',
  TFE_ContextOptionsSetConfig:
    'void TFE_ContextOptionsSetConfig(void *options, const void *proto, size_t bytes, void *status)',
  TFE_DeleteContextOptions: 'void TFE_DeleteContextOptions(void *options)',
  TFE_NewContext: 'void *TFE_NewContext(void *options, void *status)',
  TFE_ContextListDevices: 'void *TFE_ContextListDevices(void *context, void *status)',
  TF_DeviceListCount: 'int TF_DeviceListCount(void *list)',
  TF_DeviceListName: 'const char *TF_DeviceListName(void *list, int index, void *status)',
  TF_DeviceListType: 'const char *TF_DeviceListType(void *list, int index, void *status)',
  TF_DeleteDeviceList: 'void TF_DeleteDeviceList(void *list)',
  TFE_NewTensorHandle: 'void *TFE_NewTensorHandle(void *tensor, void *status)',
  TFE_DeleteTensorHandle: 'void TFE_DeleteTensorHandle(void *handle)',
  TFE_TensorHandleResolve: 'void *TFE_TensorHandleResolve(void *handle, void *status)',
  TFE_TensorHandleCopyToDevice:
    'void *TFE_TensorHandleCopyToDevice(void *handle, void *context, const char *device, void *status)',
  TFE_TensorHandleDataType: 'int TFE_TensorHandleDataType(void *handle)',
  TFE_TensorHandleNumDims: 'int TFE_TensorHandleNumDims(void *handle, void *status)',
  TFE_TensorHandleDim: 'int64_t TFE_TensorHandleDim(void *handle, int index, void *status)',
  TFE_NewOp: 'void *TFE_NewOp(void *context, const char *name, void *status)',
  TFE_OpReset: 'void TFE_OpReset(void *op, const char *name, const char *device, void *status)',
  TFE_DeleteOp: 'void TFE_DeleteOp(void *op)',
  TFE_OpSetDevice: 'void TFE_OpSetDevice(void *op, const char *device, void *status)',
  TFE_OpAddInput: 'void TFE_OpAddInput(void *op, void *handle, void *status)',
  TFE_OpSetAttrType: 'void TFE_OpSetAttrType(void *op, const char *name, int dtype)',
  TFE_OpSetAttrInt: 'void TFE_OpSetAttrInt(void *op, const char *name, int64_t value)',
  TFE_OpSetAttrFloat: 'void TFE_OpSetAttrFloat(void *op, const char *name, float value)',
  TFE_OpSetAttrBool: 'void TFE_OpSetAttrBool(void *op, const char *name, uint8_t value)',
  TFE_OpSetAttrString: 'void TFE_OpSetAttrString(void *op, const char *name, const void *text, size_t bytes)',
  TFE_OpSetAttrShape:
    'void TFE_OpSetAttrShape(void *op, const char *name, const int64_t *dims, int rank, void *status)',
  TFE_OpSetAttrIntList: 'void TFE_OpSetAttrIntList(void *op, const char *name, const int64_t *values, int n)',
  TFE_OpSetAttrFloatList: 'void TFE_OpSetAttrFloatList(void *op, const char *name, const float *values, int n)',
  TFE_OpSetAttrBoolList: 'void TFE_OpSetAttrBoolList(void *op, const char *name, const uint8_t *values, int n)',
  TFE_OpSetAttrTypeList: 'void TFE_OpSetAttrTypeList(void *op, const char *name, const int *values, int n)',
  TFE_Execute: 'void TFE_Execute(void *op, void *outputs, void *count, void *status)',
} as const

export type FunctionName = keyof typeof SIGNATURES

export const FUNCTION_NAMES = Object.keys(SIGNATURES) as readonly FunctionName[]

/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- koffi types every function alike */
export type Functions = Record<FunctionName, (...args: any[]) => any>

/** A loaded libtensorflow. */
export interface TensorFlowLibrary {
  version: string
  functions: Functions
  /** Copies bytes between TensorFlow's buffers, which lie outside JavaScript's heap, and typed arrays. */
  copy(to: Pointer | ArrayBufferView, from: Pointer | ArrayBufferView, bytes: number): void
}

/**
 * Loads the C API out of one or two libraries (TensorFlow 2.21 spreads it over libtensorflow_cc and _framework).
 * A process can load one TensorFlow only; the library stays until the process ends.
 *
 * @throws AppError engine.unavailable where a file cannot be loaded or lacks a function: names both
 */
export function loadLibrary(files: readonly string[]): TensorFlowLibrary {
  const pin = openLoader()
  const libraries = files.map((file) => {
    try {
      const library = koffi.load(file)
      pin(file)
      return library
    } catch (error) {
      throw new AppError(
        'engine.unavailable',
        `TensorFlow could not be loaded from ${file}: ${(error as Error).message.replace(/\.$/, '')}. anneal engine doctor says more`,
        { field: file },
        { cause: error },
      )
    }
  })
  const find = (name: FunctionName) => {
    for (const library of libraries) {
      try {
        return library.func(SIGNATURES[name])
      } catch {
        // The next file may have it.
      }
    }
    return null
  }
  const found = FUNCTION_NAMES.map((name) => [name, find(name)] as const)
  const missing = found.filter(([, each]) => each === null).map(([name]) => name)
  if (missing.length) throw lacking(files, missing)
  const functions = Object.fromEntries(found) as unknown as Functions
  return { version: functions.TF_Version() as string, functions, copy: openMemory() }
}

function lacking(files: readonly string[], missing: readonly FunctionName[]): AppError {
  const hint = 'anneal engine install cpu fetches one that fits; ANNEAL_LIBTENSORFLOW, if it is set, has to be unset'
  const what =
    missing.length === FUNCTION_NAMES.length
      ? 'is no libtensorflow: it has none of the functions of its C API'
      : `is no TensorFlow that Anneal can use: it lacks ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}`
  return new AppError('engine.unavailable', `${files.join(', ')} ${what}. ${hint}`, {
    field: files.at(-1),
    got: missing.join(', '),
    hint,
  })
}

/**
 * The system's own loader, which holds a library once more than koffi: koffi lets go before the process has ended, and
 * what TensorFlow wants to run at its end would be gone.
 */
function openLoader(): (file: string) => void {
  if (process.platform === 'win32') {
    const load = koffi.load('kernel32.dll').func('void *LoadLibraryW(const char16_t *file)')
    return (file) => void load(file)
  }
  const RTLD_NOW = 2
  const open = koffi.load(null).func('void *dlopen(const char *file, int flags)')
  return (file) => void open(file, RTLD_NOW)
}

/** The C library's memcpy; every process has it loaded. A typed array stands for its own first byte, on either side. */
function openMemory(): TensorFlowLibrary['copy'] {
  const c = koffi.load(process.platform === 'win32' ? 'msvcrt.dll' : null)
  return c.func('void *memcpy(void *to, const void *from, size_t bytes)') as TensorFlowLibrary['copy']
}
