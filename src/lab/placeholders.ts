/** What comes with a block: the author writes another text over each of them. */
export const PLACEHOLDERS = { stop: 'What there is to see here.', misconception: 'What somebody believes who chooses this.',
  wrong: 'What to say to who chose this.', right: 'Why this is right.' };
