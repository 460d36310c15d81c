import { describe, expect, it } from 'vitest';
import { SWITCHES } from '../guest/configs/switches.ts';
import { configNames, conflictsOf, mergeConfig, type Switches } from '../toolchain/kconfig.ts';
import { guestSources } from './sources.ts';
import { mendOf } from './switch-set.ts';

const sources = guestSources();
const put = (config: string, set: Switches = {}): Switches => {
  const values = mergeConfig(sources, config, set);
  if (typeof values === 'string') throw new Error(values);
  return values;
};
const stock = configNames(sources).map((name) => put(name));

describe('a set of switches', () => {
  it('goes from linux to a unikernel in one mend, whichever switch is chosen first', () => {
    expect(conflictsOf(put('linux', { PRIVILEGE: 'ukl' }))).toEqual([{ key: 'SYSCALL_RETURN',
      reason: expect.stringContaining('needs PRIVILEGE=user') as string }]);
    expect(mendOf(put('linux', { PRIVILEGE: 'ukl' }), ['PRIVILEGE'], stock)).toEqual({ SYSCALL_RETURN: 'ret' });
    expect(mendOf(put('linux', { SYSCALL_RETURN: 'ret' }), ['SYSCALL_RETURN'], stock)).toEqual({ PRIVILEGE: 'ukl' });
    expect(mendOf(put('linux', { UKL_STACK: 'same' }), ['UKL_STACK'], stock)).toEqual({ PRIVILEGE: 'ukl', SYSCALL_RETURN: 'ret' });
  });

  it('goes back to a process with all that hangs on it', () => {
    expect(mendOf(put('ukl-nss', { PRIVILEGE: 'user' }), ['PRIVILEGE'], stock)).toEqual({ SYSCALL_RETURN: 'sysret', UKL_STACK: 'switch',
      UKL_STACK_VMA: 'off' });
  });

  it('gives up what was chosen first where choices exclude each other', () => {
    const mend = mendOf(put('linux', { SMEP_SMAP: 'on', PRIVILEGE: 'ukl' }), ['SMEP_SMAP', 'PRIVILEGE'], stock);
    expect(mend).toEqual({ SMEP_SMAP: 'off', SYSCALL_RETURN: 'ret' });
  });

  it('has a mend for each single change of each configuration, and it holds', () => {
    for (const config of configNames(sources)) {
      for (const { key, values } of SWITCHES) {
        for (const value of values === 'number' ? [] : values) {
          const set = put(config, { [key]: value }), mend = mendOf(set, [key], stock);
          expect(mend === undefined, `${config} ${key}=${value}`).toBe(conflictsOf(set).length === 0);
          expect(conflictsOf({ ...set, ...mend })).toEqual([]);
          expect({ ...set, ...mend }[key]).toBe(value);
        }
      }
    }
  });
});
