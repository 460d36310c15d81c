/**
 * `npm test`: everything. Static checks count as one test each; unit and end-to-end tests count as their runners say.
 * The last line is `N passed, N failed`, and how many were skipped.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { node, root, tool } from './run.mjs';

const reports = join(root, 'node_modules/.cache/ringside-reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const unitReport = join(reports, 'unit.json');
const e2eReport = join(reports, 'e2e.json');

let passed = 0;
let failed = 0;
let skipped = 0;
/** What a script exits with that could not compare anything here, as automake's tests do. */
const SKIPPED = 77;
const failures = [];

function count(name, ok) {
  if (ok) passed++;
  else {
    failed++;
    failures.push(name);
  }
}

async function single(name, args) {
  console.log(`\n== ${name}`);
  const status = await node(args);
  if (status === SKIPPED) skipped++;
  else count(name, status === 0);
}

/** What vitest's report says: how many passed and were left out, and what failed, tests and files that did not load. */
function readUnit(report) {
  const bad = report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((test) => test.status === 'failed')
      .map((test) => `${test.fullName}: ${(test.failureMessages[0] ?? '').split('\n', 1)[0]}`);
    return (tests.length || file.status === 'passed' ? tests : [`the file itself: ${file.message}`]).map((test) => `${relative(root, file.name)}: ${test}`);
  });
  return { good: report.numPassedTests, bad, left: report.numPendingTests + report.numTodoTests };
}

/** The same of Playwright's report, whose suites hold suites. A test that passes at its second attempt has failed. */
function readE2e(report) {
  const specs = (suite) => [...suite.specs ?? [], ...(suite.suites ?? []).flatMap(specs)];
  const bad = report.suites.flatMap(specs).filter((spec) => spec.tests.some((test) => ['unexpected', 'flaky'].includes(test.status)));
  return { good: report.stats.expected, bad: bad.map((spec) => `${spec.file}: ${spec.title}`), left: report.stats.skipped };
}

/** Adds a runner's own counts; a runner that died without a report is one failure. */
function addReport(name, file, read, status) {
  try {
    const { good, bad, left } = read(JSON.parse(readFileSync(file, 'utf8')));
    passed += good;
    skipped += left;
    for (const test of bad) count(test, false);
    if (!bad.length && status !== 0) count(`${name} (exit status ${status})`, false);
  } catch {
    count(`${name} (no report)`, false);
  }
}

await single('generate', [join(root, 'scripts/generate.mjs')]);
await single('type check', [tool('typescript/bin/tsc'), '-b']);
await single('lint', [tool('oxlint/bin/oxlint'), '--type-aware', '--quiet']);
await single('import rules', [join(root, 'scripts/import-rules.mjs')]);

console.log('\n== unit tests');
const unit = await node([tool('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]);
addReport('unit tests', unitReport, readUnit, unit);

await single('build', [join(root, 'scripts/build.mjs')]);

await single('QEMU boots the same', [join(root, 'scripts/test-qemu.mjs')]);

console.log('\n== end-to-end tests');
const e2e = await node([join(root, 'scripts/e2e.mjs'), '--built', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport, RINGSIDE_SAMPLE: '1' });
addReport('end-to-end tests', e2eReport, readE2e, e2e);

for (const name of failures) console.log(`failed: ${name}`);
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exit(failed ? 1 : 0);
