/** The real world for a small program: clock, chance, processes, timers. */
import type { StoreOptions } from '../../../src/store/store.ts';

export function realWorld(file: string): StoreOptions {
  return {
    file,
    now: () => Date.now(),
    random: () => Math.random(),
    pid: process.pid,
    isRunning,
    wakeAfter: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
