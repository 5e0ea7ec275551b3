declare const __RHUMBLINE_BUILD__: string | undefined;

/** Hash of the code this process was bundled from. Undefined for a run straight from the sources, which may change
 *  between two starts. */
export const buildId = (): string | undefined =>
  typeof __RHUMBLINE_BUILD__ === "undefined" ? undefined : __RHUMBLINE_BUILD__;
