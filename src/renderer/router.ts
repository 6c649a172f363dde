import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { latePart } from './composables/late-part'
import { comparePage } from './pages/compare/code'
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
        component: latePart('the run', () => import('./pages/run/RunPage.vue')),
        props: true,
        meta: { title: 'Run' },
      },
      {
        path: '/compare',
        name: 'compare',
        component: latePart('Compare', comparePage),
        meta: { title: 'Compare' },
      },
      {
        path: '/new-run',
        name: 'new-run',
        component: latePart('New run', () => import('./pages/new-run/NewRunPage.vue')),
        meta: { title: 'New run' },
      },
      {
        path: '/lab',
        name: 'lab',
        component: latePart('LR Lab', () => import('./pages/lab/LabPage.vue')),
        meta: { title: 'LR Lab' },
      },
      {
        path: '/card/:run',
        name: 'card',
        component: latePart('the recipe card', () => import('./pages/compare/recipe/CardPage.vue')),
        props: true,
        meta: { title: 'Recipe card' },
      },
      { path: '/:unknown(.*)*', redirect: '/runs' },
    ],
  })
}
