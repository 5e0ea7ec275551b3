/** Whether a text is in another, with no further digit on either side: 203.0.113.1 is not meant where 203.0.113.10 is said. */
export function speaksOf(said: string, text: string): boolean {
  for (let at = said.indexOf(text); at >= 0; at = said.indexOf(text, at + 1)) {
    const cutsNumber =
      areDigits(said.charAt(at - 1), text.charAt(0)) || areDigits(text.slice(-1), said.charAt(at + text.length));
    if (!cutsNumber) return true;
  }
  return false;
}

const areDigits = (one: string, next: string): boolean => /^\d\d$/.test(one + next);
