/** The services whose state is a fold of the log. */
export const foldingServices = ["ipam", "topology", "scheduler"] as const;
export type FoldingService = (typeof foldingServices)[number];
