/** Knows every route there is: tells "no such address" (404) from "not with this method" (405). */
import type { FastifyInstance } from 'fastify';

export interface ServedRoute {
  readonly method: string;
  /** Its parts that start with `:` stand for any. */
  readonly path: string;
}

export interface RouteWatch {
  /** Every route that was added, whether the API's description shows it or not. */
  readonly routes: readonly ServedRoute[];
  /** The methods that a path takes. */
  readonly methodsOf: (path: string) => string[];
}

/** Watches routes as they are added; call before any route is registered. */
export function watchMethods(app: FastifyInstance): RouteWatch {
  const routes: ServedRoute[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    for (const each of [method].flat()) {
      routes.push({ method: each, path: url });
      // head-requests.ts
      if (each === 'GET') routes.push({ method: 'HEAD', path: url });
    }
  });
  return {
    routes,
    methodsOf(path) {
      const segments = path.split('/');
      const fits = (pattern: readonly string[]): boolean =>
        pattern.length === segments.length &&
        pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]));
      const found = routes.filter((route) => fits(route.path.split('/')));
      return [...new Set(found.map(({ method }) => method))].toSorted();
    },
  };
}
