/** Mantine in our colours and sizes; the values themselves are in app.css, where light and dark stand side by side. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** For what loses data or access: readable as text and under text, in light and dark. */
const red: MantineColorsTuple = [
  '#fdf4f4',
  '#fbe3e4',
  '#f5c2c4',
  '#ff9c9c',
  '#ff8a8a',
  '#c93a40',
  '#c0272d',
  '#a82227',
  '#8c1c20',
  '#701619',
];

const accent: MantineColorsTuple = [
  '#eef3ff',
  '#dbe5fb',
  '#b5c8f3',
  '#8fb0ff',
  '#6a90ea',
  '#456fdd',
  '#2f5fd0',
  '#2751b6',
  '#1f449b',
  '#163780',
];

/** Shorter than anybody waits; none at all where the system asks for none. */
const quick = { transitionProps: { duration: 120 } };
const over = { ...quick, overlayProps: { backgroundOpacity: 0.25 } };

/**
 * The head of a dialog is no banner: the page has one already. A name that has no place to break pushes neither the way out of
 * sight nor the buttons below: in the body it breaks where it must, so that no other word does.
 */
const head = {
  styles: {
    title: { minWidth: 0, fontWeight: 600, lineHeight: 1.4, overflowWrap: 'anywhere' },
    body: { overflowWrap: 'break-word' },
  },
  closeButtonProps: { 'aria-label': 'Close' },
  attributes: { header: { role: 'presentation' } },
};

export const theme = createTheme({
  colors: { accent, red },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '18px' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '6px', xl: '6px' },
  components: {
    Modal: { defaultProps: { ...over, centered: true, ...head } },
    Drawer: { defaultProps: { ...over, position: 'right', ...head } },
    // Drawn in the main part of the page: what floats outside of every landmark is passed over by screen readers.
    Menu: {
      defaultProps: {
        ...quick,
        shadow: 'md',
        withInitialFocusPlaceholder: false,
        portalProps: { target: '#content' },
      },
    },
  },
});

export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--back)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--soft)',
    '--mantine-color-placeholder': 'var(--soft)',
    '--mantine-color-default': 'var(--back)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--risk)',
    '--mantine-shadow-md': 'var(--shadow)',
    '--mantine-shadow-xl': 'var(--shadow)',
  };
  return { variables: {}, light: shared, dark: shared };
};
