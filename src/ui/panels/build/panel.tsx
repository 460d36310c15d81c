import { lazy, Suspense } from 'react';
import { definePanel } from '../../shell/panel.ts';
import { says } from './says.ts';

const Picture = lazy(() => import('./BuildPanel.tsx').then((module) => ({ default: module.BuildPanel })));
const Rows = lazy(() => import('./BuildPanel.tsx').then((module) => ({ default: module.BuildTable })));

export default definePanel({
  id: 'build',
  number: 13,
  title: 'Build',
  slot: 2,
  tellsAge: true,
  needs: () => ({}),
  about: 'What the machine is built of: its switches, how its sources differ from the stock kernel\'s, and the map of its images.',
  notes: [
    'A line of the kernel belongs to a flavour when it is there with it and not without UKL, when it goes, or when it names UKL. ' +
      'Blank lines and conditions do not count.',
    'The map has every section of every image by whose it is. Of thread-local sections each thread has a copy, made when it begins.',
    'Switches are built together: what does not go with the others is told with its reason, and with a change that mends it.',
  ],
  sources: ['toolchain/', 'guest/configs/'],
  summary: says,
  Component: () => <Suspense fallback={null}><Picture /></Suspense>,
  Table: () => <Suspense fallback={null}><Rows /></Suspense>,
});
