/** How often a seeded test goes round: a short share in `npm test`, so many times that in `npm run test:torture`. */
export const long = (times: number, factor: number): number => (process.env.ANNEAL_TORTURE ? times * factor : times)
