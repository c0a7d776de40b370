/** The second oracle: what a document says about every image that its crash can leave. */
import { type HistoryDocument, imageOf, parseImage } from './document.ts';
import { violatedBy } from './judge.ts';
import type { DiskDocument } from './life.ts';
import { survivingImages } from './surviving.ts';

/** The guarantees that the one image of the document violates, sorted. */
export function violatedByDrawn(document: HistoryDocument): readonly string[] {
  return violatedBy(document, imageOf(document));
}

/** The guarantees that some image violates, sorted. Throws when there are more than `imagesMax` images. */
export function violatedBySome(document: DiskDocument, imagesMax = 4096): readonly string[] {
  const { images, whole } = survivingImages(document, imagesMax);
  if (!whole) throw new Error(`more than ${imagesMax} images: take a smaller run`);
  return [...new Set([...images].flatMap((image) => violatedBy(document, parseImage(image))))].toSorted();
}
