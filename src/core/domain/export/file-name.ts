/** The beginning of a file's name for a run: its own name without what file systems or shells mind, else its id. */
export function fileBase({ id, name }: { id: string; name: string }): string {
  const plain = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '')
  return plain.slice(0, 80) || id
}
