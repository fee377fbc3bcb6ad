/** What is at a path, or undefined where nothing is. */

import type { BigIntStats, Stats } from 'node:fs';
import { errorCode } from '../core/errors.ts';

export function statIfThere(path: string): Stats | undefined {
  return orNothing(() => process.getBuiltinModule('node:fs').statSync(path, { throwIfNoEntry: false }));
}

/** With times to the nanosecond. */
export function exactStatIfThere(path: string): BigIntStats | undefined {
  return orNothing(() => process.getBuiltinModule('node:fs').statSync(path, { bigint: true, throwIfNoEntry: false }));
}

/** Node 22 throws where a folder of the path is a file; Node 24 says that nothing is there. */
function orNothing<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOTDIR') return undefined;
    throw thrown;
  }
}
