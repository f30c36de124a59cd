/** A part of a page whose script comes when it is first wanted. */
import { type ComponentType, lazy, Suspense, useEffect, useEffectEvent } from 'react';
import { problemOf } from '../base/requests/problem.ts';
import { showError } from './toasts.ts';

/**
 * It comes by itself: what is open beside it neither waits for it nor is hidden meanwhile, and keeps the focus. Where it does not
 * come, as over a line that broke, a note says so and the page stays as it is. `tried` as in "Show the rooms". `Meanwhile` stands
 * in its place until it is there, and where it does not come, without a note.
 */
export function latePart<Props extends object>(
  tried: string,
  load: () => Promise<ComponentType<Props>>,
  Meanwhile?: ComponentType<Props>,
): ComponentType<Props> {
  const Part = lazy(async () => {
    try {
      return { default: await load() };
    } catch (error) {
      if (problemOf(error).code !== 'page_not_fetched') throw error;
      return { default: Meanwhile ?? missing<Props>(tried, error) };
    }
  }) as unknown as ComponentType<Props>;
  return function Late(props: Props) {
    return (
      <Suspense fallback={Meanwhile && <Meanwhile {...props} />}>
        <Part {...props} />
      </Suspense>
    );
  };
}

/** Says so each time it is wanted; what was to be open is closed again. */
function missing<Props extends object>(tried: string, error: unknown): ComponentType<Props> {
  return function Missing(props: Props & { readonly onClose?: () => void }) {
    const tell = useEffectEvent((): void => {
      showError(tried, error);
      props.onClose?.();
    });
    useEffect(() => tell(), []);
    return null;
  };
}
