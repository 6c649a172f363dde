/** A file that the page has made. */
export interface FileToSave {
  name: string
  content: BlobPart
  type: string
}

/** Hands a file to the browser to be saved. */
export function download(name: string, file: Blob): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
