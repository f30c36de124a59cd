import './app/styles.ts';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { allowStyleTags, styleNonce } from './app/nonce.ts';
import { queryClient } from './app/query-client.ts';
import { router } from './app/routes.tsx';
import { cssVariables, theme } from './app/theme.ts';

const place = document.querySelector('#app');
if (!place) throw new Error('The page has no place for the app');
allowStyleTags();

createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
