/** Text as it may stand in HTML, SVG and XML, also inside quotes. */
export function escapeMarkup(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // XML allows no control characters, escaped or not.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
  );
}

/** Markup that is known to be safe. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = Markup | string | number | readonly Piece[];

/** HTML from a template: everything put in is escaped, but for what `html` itself made. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const text = (piece: Piece): string => {
    if (piece instanceof Markup) return piece.text;
    return typeof piece === 'object' ? piece.map(text).join('') : escapeMarkup(String(piece));
  };
  return new Markup(strings.reduce((whole, string, i) => whole + text(pieces[i - 1] as Piece) + string));
}
