/** How many times as long as usual things may take: 20 in an emulated machine, 1 where nobody says it. Every deadline that
 *  only ends what hangs is multiplied by it, and so is the silence after which a node counts as dead.
 *  @throws {Error} RHUMBLINE_PATIENCE is no whole number from 1 to 1000. */
export const patience = readPatience(process.env["RHUMBLINE_PATIENCE"] ?? "1");

function readPatience(text: string): number {
  if (!/^([1-9]\d{0,2}|1000)$/.test(text))
    throw new Error(`RHUMBLINE_PATIENCE is ${JSON.stringify(text)}; accepted is a whole number, 1 to 1000`);
  return Number(text);
}
