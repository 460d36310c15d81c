/** The page stands in a frame of somebody else's: `?embed=1`. What that takes is in embed.ts, and comes only then. */
export const embedded = new URLSearchParams(window.location.search).get('embed') === '1';
