const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** Length of a run's id in characters of Crockford's base 32 (no i, l, o, u). */
export const ID_LENGTH = 8

/** A run id from at least 8 random bytes; 40 bits, lower case, easy to read aloud. */
export function idFrom(bytes: Uint8Array): string {
  let id = ''
  for (let i = 0; i < ID_LENGTH; i++) id += ALPHABET[bytes[i]! & 31]
  return id
}

export const isId = (text: string): boolean =>
  text.length === ID_LENGTH && [...text].every((character) => ALPHABET.includes(character))
