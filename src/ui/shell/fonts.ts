/** The two bundled faces, latin only. They come once the machine stands: until then the fallbacks of tokens.css are in their places. */
import mono from '@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2?url';
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';

export function bringOwnFaces(): void {
  document.fonts.add(new FontFace('Inter Variable', `url("${inter}")`, { weight: '100 900', display: 'swap' }));
  document.fonts.add(new FontFace('JetBrains Mono Variable', `url("${mono}")`, { weight: '100 800', display: 'swap' }));
}
