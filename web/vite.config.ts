import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Vite puts its own style links under this nonce; the server writes the real one into each answer.
  html: { cspNonce: '__HOLDFAST_NONCE__' },
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    emptyOutDir: true,
    target: 'es2023',
    // A `data:` address in place of a small file would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // What the first page needs is one file: compressed as a whole it is smaller.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
      // Libraries mark their modules for server components, which there are none of here.
      onLog: (level, log, tell) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : tell(level, log)),
    },
  },
});
