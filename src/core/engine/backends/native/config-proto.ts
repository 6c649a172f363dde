/** What the context is told before it starts; the environment is not used, since it may not reach the C runtime on Windows. */
export interface RuntimeConfig {
  /** Threads inside one operation, at least 1. */
  intraOpThreads: number
  /** Operations at the same time, at least 1. */
  interOpThreads: number
  /** Take GPU memory as it is needed instead of all at once. */
  gpuGrowth: boolean
}

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])

/** Bytes of a TensorFlow ConfigProto (config.proto: fields 2 intra_op, 5 inter_op, 6 gpu_options.allow_growth = 4). */
export function configProto({ intraOpThreads, interOpThreads, gpuGrowth }: RuntimeConfig): Uint8Array {
  const growth = gpuGrowth ? [50, 2, 32, 1] : []
  return Uint8Array.from([16, ...varint(intraOpThreads), 40, ...varint(interOpThreads), ...growth])
}
