// For a library that writes styles in ways the content-security policy refuses.
import { styleNonce } from '../nonce';

/**
 * Runs what draws, and gives the markup it drew. Meanwhile stylesheets that are made carry the page's nonce, styles of
 * elements are set as objects, which the policy allows, and markup is parsed with its styles under another name, so
 * that a sanitiser's inert document breaks no policy either.
 */
export async function withStyles<T extends { svg: string }>(run: () => Promise<T>): Promise<T> {
  const nonce = styleNonce();
  const page = document as unknown as { createElement?: Create };
  /* eslint-disable @typescript-eslint/no-unnecessary-type-assertion -- of their overloads, `call` knows the last only */
  const createElement = Reflect.get(Document.prototype, 'createElement') as Create;
  const setAttribute = Reflect.get(Element.prototype, 'setAttribute') as SetAttribute;
  const parseFromString = Reflect.get(DOMParser.prototype, 'parseFromString') as Parse;
  /* eslint-enable @typescript-eslint/no-unnecessary-type-assertion */
  page.createElement = (name, options) => {
    const element = createElement.call(document, name, options);
    if (name.toLowerCase() === 'style') element.nonce = nonce;
    return element;
  };
  Element.prototype.setAttribute = function (this: HTMLElement, name, value) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
  DOMParser.prototype.parseFromString = function (markup: { toString(): string }, type) {
    const named = markup.toString().replaceAll(' style="', ' data-style="').replaceAll('<style>', `<style nonce="${nonce}">`);
    return parseFromString.call(this, named, type);
  };
  try {
    const drawn = await run();
    return { ...drawn, svg: drawn.svg.replaceAll(' data-style="', ' style="').replaceAll(` nonce="${nonce}"`, '') };
  } finally {
    delete page.createElement; // the browser's own is beneath
    Element.prototype.setAttribute = setAttribute;
    DOMParser.prototype.parseFromString = parseFromString;
  }
}

type Create = (this: Document, name: string, options?: ElementCreationOptions) => HTMLElement;
type SetAttribute = (this: Element, name: string, value: string) => void;
type Parse = (this: DOMParser, markup: string, type: DOMParserSupportedType) => Document;
