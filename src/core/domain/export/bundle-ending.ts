/** How the name of a bundle ends: it is a zip archive, but nothing to be unpacked by hand. */
export const BUNDLE_ENDING = 'anneal-bundle'
