// The look: one accent, cool greys, small radii, system fonts.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eff0fd', '#dde0f8', '#b9bff0', '#939ce8', '#747fe1', '#5a67d9', '#5260d4', '#3f4bb8', '#3540a0', '#272f7d',
];
const slate: MantineColorsTuple = [
  '#e4e6eb', '#c6cad2', '#a0a6b2', '#7c8391', '#3a3f4a', '#30343e', '#21242c', '#181a20', '#121419', '#0c0d11',
];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 5 },
  colors: { iris, dark: slate },
  fontFamily: '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.45' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
    // The page keeps its scroll bar: nothing moves when a dialog opens.
    Modal: { defaultProps: { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } }, styles: { title: { lineHeight: 1.35, overflowWrap: 'anywhere' } } },
    Drawer: { defaultProps: { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } } },
    // What has closed is gone: while it faded, the focus could still move into it and be lost with it.
    Popover: { defaultProps: { transitionProps: { duration: 0 } } },
    // A menu that opens has its first entry in focus, and nothing in it but entries.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--portal-nav-width': '216px' },
  light: {
    '--mantine-color-body': '#ffffff',
    '--portal-ground': '#f5f6f8',
    '--portal-surface': '#ffffff',
    '--portal-line': '#e3e5ea',
    '--portal-line-soft': '#eff0f3',
    '--portal-hover': '#f5f6fa',
    '--portal-quiet': '#5f6675',
    '--mantine-color-dimmed': '#5f6675',
    '--mantine-color-placeholder': '#6b7280',
    '--portal-link': '#3540a0',
    '--mantine-color-error': '#c92f2f',
    '--portal-danger': '#b02525',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-orange-light-color': '#a13300',
    '--mantine-color-red-light-color': '#b02525',
    '--mantine-color-green-light-color': '#1c6b2b',
  },
  dark: {
    '--mantine-color-body': '#181a20',
    '--portal-ground': '#121419',
    '--portal-surface': '#181a20',
    '--portal-line': '#2b2f38',
    '--portal-line-soft': '#23262e',
    '--portal-hover': '#1f222a',
    '--portal-quiet': '#a0a6b2',
    '--mantine-color-dimmed': '#a0a6b2',
    '--portal-link': '#b9bff0',
    '--mantine-color-error': '#ff8f8f',
    '--portal-danger': '#ff8f8f',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
  },
});
