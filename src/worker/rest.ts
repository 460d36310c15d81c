/** Sources of the guest, by path, that the page's build leaves out of the first load (vite.config.ts puts them here); elsewhere none are. */
export const REST: Readonly<Record<string, string>> = {};
