import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { AppError } from '../../../domain/errors'

const MAX_CLASSES = 1000
const MAX_FILES = 1_000_000
const SUFFIXES = new Set(['.png', '.jpg', '.jpeg'])

/** The image files of a folder with one folder a class, in an order that depends on names alone. */
export interface ImageList {
  root: string
  classNames: string[]
  /** Paths below the root with forward slashes, and the number of their class. */
  files: { name: string; label: number }[]
  /** Files and folders that are no images, by their names; hidden ones do not count. */
  others: number
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/**
 * Lists a folder of classes.
 * @throws AppError `dataset.missing`, `file.unreadable`, `dataset.invalid` for what is no such folder, too many files,
 *   and links that lead out of it
 */
export async function listImages(root: string): Promise<ImageList> {
  const real = await realpath(root).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error, root)
  })
  const list: ImageList = { root, classNames: [], files: [], others: 0 }
  for (const name of await namesIn(root)) {
    if (!(await kindOf(join(root, name), real, root)).isDirectory()) {
      list.others++
      continue
    }
    const label = list.classNames.length
    const before = list.files.length
    for (const file of await namesIn(join(root, name))) {
      const isImage = SUFFIXES.has(extname(file).toLowerCase())
      if (isImage && (await kindOf(join(root, name, file), real, root)).isFile())
        list.files.push({ name: `${name}/${file}`, label })
      else list.others++
    }
    if (list.files.length === before) throw invalid(`${join(root, name)} has no png or jpeg files`, 'images', 'none')
    list.classNames.push(name)
    if (list.classNames.length > MAX_CLASSES)
      throw invalid(`${root} has more than ${MAX_CLASSES} folders`, `${MAX_CLASSES} classes`, 'more')
    if (list.files.length > MAX_FILES)
      throw invalid(`${root} has more than ${MAX_FILES} images`, `${MAX_FILES} images`, 'more')
  }
  const classes = list.classNames.length
  if (classes < 2)
    throw invalid(
      `${root} has ${classes === 0 ? 'no folders' : `one folder only, ${list.classNames[0]}`}; each class is a folder of images in it`,
      'at least two folders',
      String(classes),
    )
  return list
}

/** What is not hidden; some systems leave files of their own. */
const namesIn = async (folder: string): Promise<string[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(error, folder)
  })
  return names.filter((name) => !name.startsWith('.') && name !== 'Thumbs.db').sort(byName)
}

/** What a path leads to, where that lies in the folder: a link out of it could pull in anything. */
async function kindOf(path: string, real: string, root: string) {
  try {
    const target = await realpath(path)
    if (target !== real && !target.startsWith(real + sep))
      throw invalid(
        `${relative(root, path)} in ${root} is a link that leads out of the folder, to ${target}; copy what it names`,
        'files in the folder itself',
        target,
      )
    return await stat(target)
  } catch (error) {
    throw error instanceof AppError ? error : unreadable(error as NodeJS.ErrnoException, path)
  }
}

function unreadable({ code }: NodeJS.ErrnoException, path: string): AppError {
  const details = { field: 'dataset.path', got: path }
  if (code === 'ENOENT')
    return new AppError('dataset.missing', `dataset.path: there is no ${path}; check dataset.path`, details)
  if (code === 'ENOTDIR') return invalid(`${path} is not a folder`, 'a folder', 'a file')
  return new AppError('file.unreadable', `dataset.path: ${path} cannot be read (${code})`, details)
}

const invalid = (message: string, allowed: string, got: string) =>
  new AppError('dataset.invalid', `dataset.path: ${message}`, { field: 'dataset.path', allowed, got })
