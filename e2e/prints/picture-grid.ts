import type { Page } from 'playwright-core';

/** A picture in coarse: its size and, for each cell of a grid, how bright it is on average, from 0 to 255. */
export interface PictureGrid {
  width: number;
  height: number;
  cells: number[];
}

export const CELLS_PER_SIDE = 32;

/**
 * The coarse grid of a PNG, drawn by the browser itself. Coarse on purpose: a typeface of another version moves a line by a hair, a missing block, a
 * broken layout or glyphs that are not there move many cells.
 */
export function pictureGrid(page: Page, png: Buffer): Promise<PictureGrid> {
  return page.evaluate<PictureGrid>(`(async () => {
    const side = ${CELLS_PER_SIDE};
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const sums = new Array(side * side).fill(0), counts = new Array(side * side).fill(0);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const cell = Math.floor(y * side / height) * side + Math.floor(x * side / width);
      sums[cell] += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
      counts[cell] += 1;
    }
    return { width, height, cells: sums.map((sum, cell) => Math.round(sum / counts[cell])) };
  })()`);
}

/**
 * What differs between two pictures in a way a person would notice; empty when nothing does. Text is mostly white, so little is much: Noto Sans in place of
 * Noto Serif moves the mean by 1.2, a missing receipt strip by 1.9, a missing QR code turns 0.6 % of the cells.
 */
export function differences(seen: PictureGrid, reviewed: PictureGrid): string[] {
  const apart = seen.cells.map((cell, place) => Math.abs(cell - reviewed.cells[place]!));
  const mean = apart.reduce((sum, one) => sum + one, 0) / apart.length;
  const turned = apart.filter((one) => one > 60).length / apart.length;
  return [
    seen.width === reviewed.width ? '' : `width ${seen.width}, not ${reviewed.width}`,
    Math.abs(seen.height / reviewed.height - 1) < 0.04 ? '' : `height ${seen.height}, not ${reviewed.height}`,
    mean < 1.6 ? '' : `the cells differ by ${mean.toFixed(2)} on average`,
    turned < 0.004 ? '' : `${(turned * 100).toFixed(1)} % of the cells are turned`,
  ].filter((difference) => difference !== '');
}
