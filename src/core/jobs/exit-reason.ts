import type { PlainError } from '../domain/errors'
import { formatBytes } from '../domain/format'
import type { TrainerExit } from './launcher'

/** What is known about a run whose trainer broke off. */
interface Circumstances {
  batchSize: number
  /** Bytes that the trainer held when it was last looked at; null where the system does not tell. */
  held: number | null
}

/** Lines of TensorFlow, the C++ runtime and V8 that say why a process aborts; what they print behind them says less. */
const TELLING = /^F\d{4} |\bF \S+:\d+\]|Check failed|^fatal (?:error|process)|terminate called|out of memory/i
const MEMORY = /out of memory|bad_alloc|heap limit|ResourceExhausted|\bOOM\b|allocation failed|failed to allocate/i
const GPU = /CUDA_ERROR_(?!OUT_OF_MEMORY)|cudaError|CUDNN_STATUS|CUBLAS_STATUS|GPU (is|was) lost|\bXid\b/i

/** A shell tells a signal as 128 plus its number. */
const BY_CODE: Record<number, string> = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV' }

/** The line of standard error that says most about the end; null where nothing was said. */
export function tellingLine(stderr: string): string | null {
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^[#\s]+/, '').trimEnd())
    .filter(Boolean)
  return lines.find((line) => TELLING.test(line)) ?? lines.at(-1) ?? null
}

const GPU_ADVICE = 'The GPU failed or was lost: see whether nvidia-smi shows it; the engine wasm trains without it'

function adviceFor(said: string, batchSize: number): string {
  if (MEMORY.test(said)) return `It ran out of memory: ${smaller(batchSize)}`
  return GPU.test(said) ? GPU_ADVICE : ''
}

/** Why a run failed, as its trainer said, and what to do where the GPU is at fault: the engine knows no more than CUDA's words. */
export const failureReason = ({ code, message }: PlainError): string =>
  code === 'engine.failed' && GPU.test(message) ? `${message}. ${GPU_ADVICE}` : message

/** Why a trainer that nobody ended has ended, and what to do. */
export function exitReason({ code, signal, stderr }: TrainerExit, { batchSize, held }: Circumstances): string {
  const name = signal ?? (code === null ? null : (BY_CODE[code] ?? null))
  // Linux ends what takes too much memory without a word; so does a person with kill -9.
  if (name === 'SIGKILL')
    return `The trainer process was killed (signal SIGKILL), most likely by the system because memory ran out${heldText(held)}: ${smaller(batchSize)}`
  const how = name ? `signal ${name}` : code === null ? 'it could not be started' : `exit code ${code}`
  const said = tellingLine(stderr)
  const advice = said ? adviceFor(said, batchSize) : ''
  return `The trainer process ended (${how})${said ? `: ${said}` : ''}${advice && `. ${advice}`}`
}

const smaller = (batchSize: number): string => `use a batchSize below ${batchSize}, or a smaller model`

const heldText = (held: number | null): string => (held === null ? '' : ` (it held ${formatBytes(held)})`)
