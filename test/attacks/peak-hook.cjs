// Loaded with `node --require` into sotto: at exit it adds the peak of its memory, in MB, to the file that PEAK_FILE names.
const { appendFileSync, readFileSync } = require('node:fs');

process.on('exit', () => appendFileSync(process.env.PEAK_FILE, `${peakKb() / 1024}\n`));

/** Linux carries ru_maxrss over exec, so that of the parent would count. */
function peakKb() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}
