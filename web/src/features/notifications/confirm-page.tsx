/** Where the link of a confirmation letter leads. Nothing happens until the button is pressed: programs that check mail open links. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Outside } from '../../base/pages/outside.tsx';
import { ProblemNote } from '../../base/requests/problem-note.tsx';
import { confirmAddress } from './api.ts';

export function ConfirmPage() {
  const [token, setToken] = useState(() => location.hash.slice(1));
  const act = useMutation({ mutationFn: () => confirmAddress(token) });
  const { reset } = act;
  useEffect(() => {
    // Good once, but not to be kept in the history or read off the screen either.
    const clear = (): void => history.replaceState(history.state, '', location.pathname);
    const another = (): void => {
      setToken(location.hash.slice(1));
      reset();
      clear();
    };
    clear();
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, [reset]);
  const foot = <Link to="/files">Go to your files</Link>;

  if (act.isSuccess) {
    return (
      <Outside title="The address is confirmed" foot={foot}>
        <p role="status">Notices go there from now on, as your rules say.</p>
      </Outside>
    );
  }
  if (token === '') {
    return (
      <Outside title="This link is not whole" foot={foot}>
        <p>Open the link in the letter once more, or copy all of it: what counts stands behind the # sign.</p>
      </Outside>
    );
  }
  return (
    <Outside
      title="Confirm this address"
      lead="Somebody with an account here asked for notices to be sent to this address. If that was not you, close this page, and nothing will come."
      foot={foot}
    >
      {act.error && <ProblemNote error={act.error} tried="Confirm the address" />}
      <Button loading={act.isPending} onClick={() => act.mutate()}>
        Send notices to this address
      </Button>
    </Outside>
  );
}
