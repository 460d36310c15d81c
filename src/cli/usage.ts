/** A mistake in how the command was used: one line, exit status 2. */
export class UsageError extends Error {}
