/** Ends a test run with one line that any CI can read: `N passed, N failed`, and `, N skipped` where there are some. */
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Writes the line when the process ends, below all that other reporters and vitest itself have to say. */
export class ClosingLine implements Reporter {
  private counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  onInit(): void {
    process.once('exit', (code) => {
      if (code === 0 && (this.counts.failed > 0 || this.counts.passed === 0)) process.exitCode = 1;
      process.stdout.write(`${closingLine(this.counts)}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.counts = countTests(modules, unhandledErrors.length);
  }
}

function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts tests. A failure without a test of its own (a file that cannot be imported, a hook, an unhandled error)
 * counts as a failed one, and so does a test that never came to an end.
 */
function countTests(modules: readonly TestModule[], unhandledErrorCount: number): Counts {
  const counts = { passed: 0, failed: unhandledErrorCount, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      counts[state === 'pending' ? 'failed' : state]++;
    }
    for (const suite of [module, ...module.children.allSuites()]) counts.failed += failedBesideTests(suite);
  }
  return counts;
}

function failedBesideTests(suite: TestModule | TestSuite): number {
  return suite.errors().length > 0 ? 1 : 0;
}
