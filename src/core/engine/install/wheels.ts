/** A file of a wheel that is needed, and its size. */
export interface Member {
  path: string
  bytes: number
}

/** A wheel of the Python Package Index, as it was inspected: nothing else is accepted in its place. */
export interface Wheel {
  /** File name; names project, version and platform (PEP 427). */
  file: string
  bytes: number
  sha256: string
  /** The files to unpack, each of them; or which ones, where only the rule was written down. */
  members: readonly Member[] | RegExp
  /** What the members take on the disk, about. */
  unpackedBytes: number
}

export const TENSORFLOW_VERSION = '2.21.0'

const tensorflow = (file: string, bytes: number, sha256: string, members: Record<string, number>): Wheel => ({
  file,
  bytes,
  sha256,
  members: Object.entries(members).map(([path, size]) => ({ path: `tensorflow/${path}`, bytes: size })),
  unpackedBytes: Object.values(members).reduce((sum, size) => sum + size),
})

/**
 * Built for Python 3.11, of which nothing is used: the libraries are the same for all, and pip fetches wheels for
 * another Python than its own.
 */
export const CPU_WHEELS = {
  linuxX64: tensorflow(
    'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    273_829_956,
    '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    { 'libtensorflow_cc.so.2': 788_086_608, 'libtensorflow_framework.so.2': 65_222_328 },
  ),
  linuxArm64: tensorflow(
    'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
    281_828_020,
    '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    { 'libtensorflow_cc.so.2': 814_885_544, 'libtensorflow_framework.so.2': 68_176_664 },
  ),
  darwinArm64: tensorflow(
    'tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl',
    223_405_849,
    '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    { 'libtensorflow_cc.2.dylib': 691_352_648, 'libtensorflow_framework.2.dylib': 49_452_976 },
  ),
  win32X64: tensorflow(
    'tensorflow-2.21.0-cp311-cp311-win_amd64.whl',
    350_834_005,
    '0064a19bdc054a4b7c5e7e21cdf50ce38a114c2bada578b4f5267a37410f6784',
    { 'python/_pywrap_tensorflow_common.dll': 1_056_612_352 },
  ),
} as const

/** Shared libraries, and what TensorFlow's compiler (XLA) calls: no headers, no static libraries. */
const CUDA_MEMBERS = /^nvidia\/\w+\/(lib\/[^/]+\.so(\.\d+)*|bin\/ptxas|nvvm\/[\w/.]+\.(so|bc))$/

const cuda = (file: string, bytes: number, sha256: string, unpackedMb: number): Wheel => ({
  file: `nvidia_${file}_x86_64.whl`,
  bytes,
  sha256,
  members: CUDA_MEMBERS,
  unpackedBytes: unpackedMb * 2 ** 20,
})

/**
 * TensorFlow with CUDA, and the libraries that it looks for beside itself: `<dir>/tensorflow/*.so.2` finds
 * `<dir>/nvidia/<name>/lib` by its own run path. The whole of the wheel's extra `and-cuda`, since TensorFlow uses no
 * GPU at all where one of the libraries that it asks for is missing.
 */
export const GPU_WHEELS: readonly Wheel[] = [
  tensorflow(
    'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    572_440_367,
    '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    { 'libtensorflow_cc.so.2': 1_096_372_272, 'libtensorflow_framework.so.2': 162_648_808 },
  ),
  cuda(
    'cublas_cu12-12.9.3.13-py3-none-manylinux_2_27',
    581_217_458,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
    816,
  ),
  cuda(
    'cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25',
    10_814_997,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
    42,
  ),
  cuda(
    'cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12',
    40_546_229,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    94,
  ),
  cuda(
    'cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12',
    89_568_129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
    216,
  ),
  cuda(
    'cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17',
    3_493_179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
    9,
  ),
  cuda(
    'cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27',
    716_538_495,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
    1109,
  ),
  cuda(
    'cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17',
    200_877_592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
    280,
  ),
  cuda(
    'curand_cu12-10.3.10.19-py3-none-manylinux_2_27',
    68_295_626,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
    161,
  ),
  cuda(
    'cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27',
    338_117_415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
    472,
  ),
  cuda(
    'cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17',
    366_465_088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
    464,
  ),
  cuda(
    'nccl_cu12-2.32.3-py3-none-manylinux_2_27',
    351_526_311,
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
    467,
  ),
  cuda(
    'nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12',
    39_748_338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
    91,
  ),
]

/** What pip has to be asked for to get this very file. */
export interface WheelRequest {
  /** As `pip download` takes it: `tensorflow-cpu==2.21.0`. */
  requirement: string
  platform: string
}

/** Reads a wheel's file name: `project-version-python-abi-platform[.platform].whl` (PEP 427). */
export function wheelRequest({ file }: Pick<Wheel, 'file'>): WheelRequest {
  const [project, version, , , platforms] = file.replace(/\.whl$/, '').split('-')
  return { requirement: `${project!.replaceAll('_', '-')}==${version}`, platform: platforms!.split('.').at(-1)! }
}
