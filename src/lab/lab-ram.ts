/** Memory of a machine in the lab, if nothing else is said: how long a boot takes depends on it, so whoever wants the same ticks needs the same. */
export const LAB_RAM = 32 * 1024 * 1024;
