import koffi from 'koffi'
import { settings } from './settings'

/**
 * Sets TensorFlow's variables in the C runtime's own environment, which process.env does not reach on Windows or from
 * a worker thread. Before TensorFlow is loaded.
 */
export function applySettings(): void {
  const set = openEnvironment()
  for (const [name, value] of Object.entries(settings())) set(name, value)
}

function openEnvironment(): (name: string, value: string) => void {
  if (process.platform === 'win32') {
    const put = koffi.load('ucrtbase.dll').func('int _putenv_s(const char *name, const char *value)')
    return (name, value) => void put(name, value)
  }
  const set = koffi.load(null).func('int setenv(const char *name, const char *value, int overwrite)')
  return (name, value) => void set(name, value, 1)
}
