/** Tells "no such address" (404) from "not with this method" (405). */
import type { FastifyInstance } from 'fastify';

/** Watches routes as they are added; call before any route is registered. Returns the methods that a path takes. */
export function watchMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { readonly segments: readonly string[]; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ segments: url.split('/'), methods: [method].flat() });
  });
  return (path) => {
    const segments = path.split('/');
    const fits = (pattern: readonly string[]): boolean =>
      pattern.length === segments.length &&
      pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]));
    return [...new Set(routes.filter((route) => fits(route.segments)).flatMap((route) => route.methods))].toSorted();
  };
}
