/** Text from a service as a terminal may show it: names are free text, and must not steer the terminal. A tab, as nft
 *  prints rules with, is blanks. */
export function printable(text: string): string {
  return text.replaceAll("\t", "  ").replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}
