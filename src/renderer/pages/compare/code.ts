/** The code of Compare. Runs fetches it ahead, as it is most likely wanted next. */
export const comparePage = () => import('./ComparePage.vue')
