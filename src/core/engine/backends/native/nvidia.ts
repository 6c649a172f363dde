import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** An NVIDIA GPU with a driver that is loaded. */
export interface Gpu {
  /** As the driver names it: "NVIDIA H100 PCIe". */
  model: string
}

const DRIVER = '/proc/driver/nvidia/gpus'
/** Windows Subsystem for Linux passes the GPU through without those files. */
const WSL_DRIVER = '/usr/lib/wsl/lib/libcuda.so.1'

/** The GPUs that the driver tells of. TensorFlow's GPU builds are for Linux only, so nobody else is asked. */
export function nvidiaGpus(platform: string = process.platform, driver = DRIVER, wsl = WSL_DRIVER): Gpu[] {
  if (platform !== 'linux') return []
  try {
    return readdirSync(driver).map((gpu) => ({
      model: modelOf(readFileSync(join(driver, gpu, 'information'), 'utf8')),
    }))
  } catch {
    return existsSync(wsl) ? [{ model: 'NVIDIA GPU' }] : []
  }
}

const modelOf = (information: string): string => /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim() || 'NVIDIA GPU'
