/**
 * What was asked for cannot be done, and the message says to whoever asked what was wrong and what would be right. Everything
 * else that is thrown is a mistake of ours.
 */
export class Refusal extends Error {}
