// Loaded with `node --require` into sotto and into the floors alike: says on file descriptor 3, at exit, what the process has cost.
// Not /usr/bin/time: it rounds CPU to 10 ms and is not everywhere. Not --import: that starts the ESM loader before its time.
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, peakMb: peakKb() / 1024 }));
});

/** Linux carries ru_maxrss over exec, so a child starts with the peak of whoever spawned it (297 MB seen for a 42 MB process). */
function peakKb() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}
