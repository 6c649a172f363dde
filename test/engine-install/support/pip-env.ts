/** The environment of pip for an index of the test: no settings of the user's, no proxy, no patience. */
export function pipEnv(indexUrl: string): NodeJS.ProcessEnv {
  const users = Object.entries(process.env).filter(([name]) => !/^(PIP|UV)_|_proxy$/i.test(name))
  return { ...Object.fromEntries(users), PIP_CONFIG_FILE: '/dev/null', PIP_INDEX_URL: indexUrl, PIP_RETRIES: '0' }
}
