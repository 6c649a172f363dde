/** How a value goes from a to b as p goes from 0 to 1. */
export type Anneal = 'cosine' | 'linear'

export const annealCosine = (a: number, b: number, p: number): number => b + ((a - b) * (1 + Math.cos(Math.PI * p))) / 2
export const annealLinear = (a: number, b: number, p: number): number => a + (b - a) * p

export const annealing = (kind: Anneal) => (kind === 'cosine' ? annealCosine : annealLinear)
