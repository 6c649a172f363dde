/** What TensorFlow reads from the environment, once, when it is loaded. A value that the user has set wins. */
const DEFAULTS = {
  /** Only what ends the process is printed: everything else comes back as a status. */
  TF_CPP_MIN_LOG_LEVEL: '3',
  /**
   * TensorFlow decides by the CPU's features whether to use oneDNN; it changes speed and bits, so it is decided here,
   * the same for all CPUs, and recorded. On is 1.4 to 1.7 times faster for convolutions on x64; elsewhere it is untried.
   */
  TF_ENABLE_ONEDNN_OPTS: process.arch === 'x64' && process.platform !== 'darwin' ? '1' : '0',
}

/** TensorFlow's environment variables, by name. */
export const settings = (
  env: Record<string, string | undefined> = process.env,
): Record<keyof typeof DEFAULTS, string> => ({
  TF_CPP_MIN_LOG_LEVEL: env.TF_CPP_MIN_LOG_LEVEL ?? DEFAULTS.TF_CPP_MIN_LOG_LEVEL,
  TF_ENABLE_ONEDNN_OPTS: env.TF_ENABLE_ONEDNN_OPTS ?? DEFAULTS.TF_ENABLE_ONEDNN_OPTS,
})

/** Does TensorFlow use oneDNN? Read as TensorFlow does (ReadBoolFromEnvVar): "1" and "true" are on. */
export const usesOneDnn = (env?: Record<string, string | undefined>): boolean =>
  /^(1|true)$/i.test(settings(env).TF_ENABLE_ONEDNN_OPTS)
