/** An owner is given to and taken from one at a time. */
export const ownerGuard = (ownerId: string): string => `owner-${ownerId}`;
