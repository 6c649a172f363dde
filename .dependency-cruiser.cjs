/** Imports point down only: domain <- storage, engine <- jobs <- api <- {main, server, cli}; the page sees domain and the contract. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to })

module.exports = {
  forbidden: [
    forbid(
      'domain-is-pure',
      '^src/core/domain',
      { path: '^(src/(?!core/domain)|node:)', pathNot: 'valibot' },
      'The ground floor imports nothing of the program above it and no node: module.',
    ),
    forbid(
      'domain-no-core-modules',
      '^src/core/domain',
      { dependencyTypes: ['core'] },
      'The ground floor runs anywhere.',
    ),
    forbid(
      'storage-knows-domain-only',
      '^src/core/storage',
      { path: '^src/(?!core/(domain|storage))' },
      'Storage and engine do not know each other.',
    ),
    forbid(
      'engine-knows-domain-only',
      '^src/core/engine',
      { path: '^src/(?!core/(domain|engine))' },
      'Storage and engine do not know each other.',
    ),
    forbid(
      'files-know-domain-only',
      '^src/core/files',
      { path: '^src/(?!core/(domain|files))' },
      'Reading and writing files of people is the same for every shell.',
    ),
    forbid(
      'jobs-below-api',
      '^src/core/jobs',
      { path: '^src/(core/api|server|cli|main|preload|renderer)' },
      'Jobs do not know the contract.',
    ),
    forbid(
      'core-knows-no-shell',
      '^src/core',
      { path: '^src/(server|cli|main|preload|renderer)' },
      'The core is the same everywhere.',
    ),
    forbid(
      'page-sees-domain-and-contract',
      '^src/renderer',
      { path: '^src/(?!renderer|core/domain|core/api/(contract|transport|codec|transports/))' },
      'The page does not know what answers it.',
    ),
    forbid(
      'only-the-shell-imports-electron',
      '^src/(core|server|cli|renderer)',
      { path: '^(node_modules/)?electron' },
      'Only src/main and src/preload import electron.',
    ),
    forbid(
      'schedules-do-not-import-the-registry',
      '^src/core/domain/schedules/(?!registry|scale|warnings)',
      { path: 'schedules/registry' },
      'The registry imports every family, nothing imports it from below; scale and warnings, for any schedule, are above.',
    ),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.node.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.vue', '.js', '.mjs', '.json'] },
  },
}
