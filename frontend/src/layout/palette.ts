// Opens the search palette; a store of its own, so that the palette itself is loaded late.
import { createSpotlight } from '@mantine/spotlight';

export const [paletteStore, palette] = createSpotlight();
export const openPalette = (): void => palette.open();
