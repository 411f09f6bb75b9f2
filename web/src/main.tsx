import './app/system.css'
import '@fontsource-variable/inter/index.css'
import './app/style.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from './app/api'
import { startLanguage } from './app/language'
import { makeRouter, soon } from './app/routes'
import { ToastProvider } from './app/toasts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // What the service has refused it will refuse again; what did not reach it is tried once more.
      retry: (count, problem) => count < 1 && (!(problem instanceof Problem) || problem.status === 0 || problem.status >= 500),
    },
  },
})

const router = makeRouter(queries)

// The page, its texts and its first answers are waited for together, and drawn at once instead of piece by piece; a slow
// service is not waited for with an empty window.
await Promise.all([startLanguage(), soon(router.load().catch(() => undefined), 1_000)])
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <ToastProvider>
        <RouterProvider router={router} />
      </ToastProvider>
    </QueryClientProvider>
  </StrictMode>,
)
