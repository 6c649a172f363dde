import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Drivers of Linux's hwmon whose sensors are in the processor. */
const DRIVERS = ['coretemp', 'k10temp', 'zenpower', 'cpu_thermal', 'x86_pkg_temp']
/** Their sensor for the whole processor, where it has a name. */
const WHOLE = ['Package id 0', 'Tctl', 'Tdie']

const text = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}
const list = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** The file that holds the processor's temperature in thousandths of a degree; null where the system has none. */
export function findCpuSensor(hwmon = '/sys/class/hwmon'): string | null {
  for (const device of list(hwmon).map((name) => join(hwmon, name))) {
    if (!DRIVERS.includes(text(join(device, 'name')) ?? '')) continue
    const sensors = list(device).filter((file) => /^temp\d+_input$/.test(file))
    const whole = sensors.find((file) => WHOLE.includes(text(join(device, file.replace('input', 'label'))) ?? ''))
    const file = whole ?? sensors[0]
    if (file) return join(device, file)
  }
  return null
}

/** °C; null where the sensor does not answer. */
export function readCpuSensor(file: string): number | null {
  const value = text(file)
  return value !== null && /^-?\d+$/.test(value) ? Number(value) / 1000 : null
}
