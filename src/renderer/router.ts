import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import RunsPage from './pages/runs/RunsPage.vue'

/** Hash history: the same under http and app://, and the server needs no fallback page. */
export function createPages(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/runs' },
      { path: '/runs', name: 'runs', component: RunsPage, meta: { title: 'Runs' } },
      {
        path: '/runs/:run',
        name: 'run',
        component: () => import('./pages/run/RunPage.vue'),
        props: true,
        meta: { title: 'Run' },
      },
      {
        path: '/compare',
        name: 'compare',
        component: () => import('./pages/compare/ComparePage.vue'),
        meta: { title: 'Compare' },
      },
      {
        path: '/new-run',
        name: 'new-run',
        component: () => import('./pages/new-run/NewRunPage.vue'),
        meta: { title: 'New run' },
      },
      {
        path: '/lab',
        name: 'lab',
        component: () => import('./pages/lab/LabPage.vue'),
        meta: { title: 'LR Lab' },
      },
      {
        path: '/card/:run',
        name: 'card',
        component: () => import('./pages/compare/recipe/CardPage.vue'),
        props: true,
        meta: { title: 'Recipe card' },
      },
      { path: '/:unknown(.*)*', redirect: '/runs' },
    ],
  })
}
