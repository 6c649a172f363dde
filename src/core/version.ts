declare const __ANNEAL_VERSION__: string | undefined

/** The program's version, put in by the build; "dev" where the source runs unbuilt. */
export const VERSION = typeof __ANNEAL_VERSION__ === 'string' ? __ANNEAL_VERSION__ : 'dev'
