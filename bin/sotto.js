#!/usr/bin/env node
// The launcher: finds a Node that is new enough, then runs the built program. Syntax that Node 12 can read, nothing imported before the check.
var NEEDED = [22, 14];
var version = process.versions.node.split('.').map(Number);

if (version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1])) start();
else relaunch();

function start() {
  var builtin = process.getBuiltinModule;
  // Only for this start: what sotto itself starts may be another sotto.
  delete process.env.SOTTO_RELAUNCHED;
  var only = process.argv.length === 3 ? process.argv[2] : '';
  // These two are asked for by scripts, prompts and completions: they load nothing.
  if (only === '--version' || only === '-V') {
    print(JSON.parse(builtin('fs').readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version + '\n');
    return;
  }
  if (only === '--help' || only === '-h') {
    print(builtin('fs').readFileSync(new URL('../dist/help.txt', import.meta.url)));
    return;
  }
  builtin('module').enableCompileCache();
  import('../dist/main.js').catch((error) => {
    if (error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist[\\/]main\.js/.test(error.message)) {
      process.stderr.write('sotto is not built here: run npm install && npm run build in its folder first.\n');
    } else {
      process.stderr.write('sotto could not start: ' + ((error && error.stack) || error) + '\n');
    }
    process.exitCode = 1;
  });
}

/** A reader that has left is no failure, a full disk is. */
function print(text) {
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write('sotto: The output could not be written: ' + error.message + '\n');
    process.exitCode = 2;
  });
  process.stdout.write(text);
}

/** On an old Node: the same file on the nearest newer one that a checkout brings along, with its exit code and signals. */
function relaunch() {
  void Promise.all([import('child_process'), import('fs'), import('path'), import('url')]).then((modules) => {
    var file = modules[3].fileURLToPath(import.meta.url);
    var found = process.env.SOTTO_RELAUNCHED ? undefined : nearestNode(modules[1], modules[2], modules[2].dirname(file));
    if (!found) {
      process.stderr.write(
        'sotto needs Node ' +
          NEEDED.join('.') +
          ' or newer; this is Node ' +
          process.versions.node +
          ' (' +
          process.execPath +
          ').\n' +
          'Install a newer one: from https://nodejs.org, or with nvm, fnm, Homebrew or winget.\n',
      );
      process.exitCode = 1;
      return;
    }
    var child = modules[0].spawn(found, [file].concat(process.argv.slice(2)), {
      stdio: 'inherit',
      env: Object.assign({}, process.env, { SOTTO_RELAUNCHED: '1' }),
    });
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach((signal) => {
      process.on(signal, () => {
        child.kill(signal);
      });
    });
    child.on('error', (error) => {
      process.stderr.write('sotto could not run ' + found + ': ' + error.message + '\n');
      process.exitCode = 1;
    });
    child.on('exit', (code, signal) => {
      if (signal) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      } else process.exitCode = code === null ? 1 : code;
    });
  });
}

function nearestNode(fs, path, folder) {
  var name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (;;) {
    const candidate = path.join(folder, 'node_modules', '.bin', name);
    if (fs.existsSync(candidate)) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
