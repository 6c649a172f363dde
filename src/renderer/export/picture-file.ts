import { readTheme } from '../charts/theme'
import type { FileToSave } from './download'
import type { Picture, PictureTheme } from './picture'

export type PictureFormat = 'png' | 'svg'

/** Pixels of a PNG for one of the screen. */
const SCALE = 2

/** The colours of a theme, whichever the page shows now. */
function themeOf(name: 'light' | 'shown'): PictureTheme {
  const probe = document.createElement('div')
  if (name === 'light') probe.dataset.theme = 'light'
  document.body.append(probe)
  const style = getComputedStyle(probe)
  const token = (property: string) => style.getPropertyValue(property).trim()
  const theme = { ...readTheme(probe), text: token('--text'), textDim: token('--text-2'), focus: token('--focus') }
  probe.remove()
  return theme
}

/** A picture as a file. @throws Error where the browser cannot draw it */
export async function pictureFile(
  picture: Picture,
  format: PictureFormat,
  theme: 'light' | 'shown',
): Promise<FileToSave> {
  const { svg, width, height } = picture.draw(themeOf(theme))
  const base = picture.title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'chart'
  const name = `${base.slice(0, 80)}.${format}`
  return format === 'svg'
    ? { name, content: svg, type: 'image/svg+xml' }
    : { name, content: await toPng(svg, width, height), type: 'image/png' }
}

async function toPng(svg: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = SCALE * width
    canvas.height = SCALE * height
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (!png) throw new Error('The picture was not saved: one of this size cannot be made here')
    return png
  } finally {
    URL.revokeObjectURL(url)
  }
}
