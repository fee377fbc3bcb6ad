// The bundle that ships: ES modules, split so that each command loads only what it needs, and start-up loads as few files as possible.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  // Small shared files are imported both ways on purpose.
  checks: { ineffectiveDynamicImport: false },
  plugins: [
    sdkClientsOnly(),
    mcpClientOnly(),
    lazyChildProcess(),
    builtInsWithoutCopies(),
    pricesByProvider(),
    sqliteWithoutItsLoader(),
    inkWithoutItsDevtools(),
    yogaWithoutFetch(),
  ],
  transform: { target: 'node22', define: { 'process.env.NODE_ENV': '"production"' } },
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    minify: { mangle: false, codegen: { removeWhitespace: true }, compress: false },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { legal: false },
    codeSplitting: {
      groups: [
        // What every question needs, in one file: a file costs more than its lines.
        { name: 'ask', test: isOnTheWayOfAQuestion },
        {
          name: 'store',
          test: /[\\/]src[\\/]store[\\/](?!import-|salvage|work|replace|backup-names|log-of)|node_modules[\\/]better-sqlite3[\\/]/,
        },
      ],
    },
  },
});

const HOT =
  /[\\/]src[\\/](core[\\/](?!form)|engine[\\/](?!chat|first-run|fork-title|gate|import-|inbox|plain-schema|schema-check|structured|title|tool|approvals)|middleware|cli[\\/](?!commands[\\/](?!ask)|conversations[\\/]|help|dry-run|schema-option|prompt|export-|mcp-|open-mcp|open-tool|open-chat|chat-|attachments|auto-backup|known-secrets|long-work|mistyped|model-rows|partial|pauses|progress|project-trust|tool-output|ask-approval|ask-form|typed-lines|pinned-request|words-elsewhere|tools[\\/])|output[\\/](status|text|writer|consumer|json-text)|format[\\/](theme|hyperlinks|safety|numbers)|models[\\/](aliases|catalogue|defaults|facts|near|parameters|select|price)|config[\\/](?!bound-program|mcp|tool-|trust|write|key-command|lock|atomic-file)|providers[\\/](?!anthropic|ollama|guide|azure))/;

function isOnTheWayOfAQuestion(id) {
  // The MCP client has an event stream parser of its own.
  const isShared = /node_modules[\\/](commander|eventsource-parser)[\\/]/.test(id) && !/modelcontextprotocol/.test(id);
  return HOT.test(id) || isShared || id.startsWith('\0sotto:');
}

/**
 * sotto sends through the clients of the SDKs (`client.post`) and reads the raw answers itself. Their resource classes, nine
 * tenths of their size, are never called: they become empty classes, which halves the time an SDK takes to load.
 */
function sdkClientsOnly() {
  return {
    name: 'sdk-clients-only',
    load: {
      filter: { id: /node_modules[\\/](openai|@anthropic-ai[\\/]sdk)[\\/]resources[\\/].*\.m?js$/ },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        const lists = [...source.matchAll(/^export (\*(?: as \w+)?|\{([^}]*)\})(\s*from\s*['"][^'"]+['"])?;/gm)];
        // Lists of other resource files are followed, everything else is a name of its own.
        const isList = (from) => from !== undefined && !from.includes('/lib/');
        const reexports = lists.flatMap(([statement, , , from]) => (isList(from) ? [statement] : []));
        const listed = lists.flatMap(([, , inner, from]) =>
          isList(from) ? [] : (inner ?? '').split(',').map((name) => name.trim().split(' as ').pop()),
        );
        const declared = [...source.matchAll(/^export (?:class|const|let|var|function\*?|async function) (\w+)/gm)].map(
          (match) => match[1],
        );
        const names = new Set([...listed, ...declared].filter(Boolean));
        return [...reexports, ...[...names].map((name) => `export class ${name} {}`)].join('\n');
      },
    },
  };
}

/**
 * The MCP client brings a JSON schema validator, which sotto replaces and which is half of its size, and writes to the console
 * where a server surprises it: that belongs neither into a pipe nor into a chat.
 */
function mcpClientOnly() {
  const virtual = '\0mcp-client:shims';
  const shims = 'export const CORS_IS_POSSIBLE = false; export class DefaultJsonSchemaValidator {}';
  return {
    name: 'mcp-client-only',
    resolveId: { filter: { id: /^@modelcontextprotocol\/client\/_shims$/ }, handler: () => virtual },
    load: {
      filter: { id: /^\0mcp-client:|node_modules[\\/]@modelcontextprotocol[\\/]client[\\/]dist[\\/].*\.mjs$/ },
      handler: (id) =>
        id === virtual ? shims : readFileSync(id, 'utf8').replace(/\bconsole\.(debug|error|info|log|warn)\(/g, 'void (() => {})('),
    },
  };
}

/** commander imports node:child_process for a feature that sotto does not use; as an import it costs milliseconds at every start. */
function lazyChildProcess() {
  const virtual = '\0sotto:child-process';
  return {
    name: 'lazy-child-process',
    resolveId: {
      filter: { id: /^node:child_process$/ },
      handler: (_id, importer) => (/node_modules[\\/]commander[\\/]/.test(importer ?? '') ? virtual : undefined),
    },
    load: {
      filter: { id: /^\0sotto:child-process$/ },
      handler: () => "export default { spawn: (...all) => process.getBuiltinModule('node:child_process').spawn(...all) };",
    },
  };
}

/**
 * An import of `node:fs` makes Node read every one of its properties into a second object, which loads its streams and more: 6 ms
 * at every start. Asked for as a value it costs nothing.
 */
function builtInsWithoutCopies() {
  const statement = /^import (?!type\b)(?:(\w+))?(?:, *)?(?:\{([^}]*)\}|\* as (\w+))? from ['"](node:[\w/]+)['"];?$/gm;
  return {
    name: 'built-ins-without-copies',
    transform: {
      filter: { id: /\.(tsx?|m?js)$/, code: /from ['"]node:/ },
      handler(source) {
        const code = source.replace(statement, (whole, all, some, namespace, name) => {
          const names = (some ?? '').split(',').map((each) => each.trim());
          const values = names.filter((each) => each !== '' && !each.startsWith('type '));
          const bound = [all, namespace, values.length > 0 && `{ ${values.join(', ').replaceAll(' as ', ': ')} }`].filter(Boolean);
          if (bound.length === 0 || (name === 'node:child_process' && all)) return whole;
          const lines = '\n'.repeat(whole.split('\n').length - 1);
          return `const ${bound.map((each) => `${each} = globalThis.process.getBuiltinModule('${name}')`).join(', ')};${lines}`;
        });
        return { code, map: null };
      },
    },
  };
}

/** The price list is one literal of 31,000 lines. In the bundle each provider's models are a file of their own, read when first priced. */
function pricesByProvider() {
  return {
    name: 'prices-by-provider',
    load: {
      filter: { id: /node_modules[\\/]@pydantic[\\/]genai-prices[\\/]dist[\\/]index\.js$/ },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        const literal = /^const (\w+) = (\[[\s\S]*?^\])(?=[,;])/m.exec(source);
        if (!literal) throw new Error('@pydantic/genai-prices has no price list where it was: see .config/rolldown.config.js');
        const providers = new Function(`return ${literal[2]}`)();
        const rows = providers.map(({ models, ...provider }) => {
          this.emitFile({ type: 'asset', fileName: `prices/${provider.id}.json`, source: JSON.stringify(models) });
          return `{ ...${JSON.stringify(provider)}, get models() { return modelsOf(${JSON.stringify(provider.id)}); } }`;
        });
        const reader = `const read = new Map();
const modelsOf = (id) => {
  if (!read.has(id)) read.set(id, JSON.parse(process.getBuiltinModule('node:fs').readFileSync(new URL('prices/' + id + '.json', import.meta.url), 'utf8')));
  return read.get(id);
};
`;
        return source.replace(literal[0], () => `${reader}const ${literal[1]} = [${rows.join(',\n')}]`);
      },
    },
  };
}

/**
 * Loading better-sqlite3 by its own way costs 4 ms: a dozen small files and a search for the native part. In the bundle its
 * JavaScript lies beside the store's, and the native part for this system beside the bundle, where src/store/sqlite.ts takes it.
 */
function sqliteWithoutItsLoader() {
  return {
    name: 'sqlite-without-its-loader',
    buildStart() {
      const { getPrebuildPath } = createRequire(import.meta.url)('../node_modules/better-sqlite3/lib/binding.js');
      const file = getPrebuildPath();
      // A system without a ready-made one loads the whole package.
      if (file) this.emitFile({ type: 'asset', fileName: `sqlite-${basename(file)}`, source: readFileSync(file) });
    },
    load: {
      filter: { id: /node_modules[\\/]better-sqlite3[\\/]lib[\\/].*\.js$/ },
      handler(id) {
        if (/[\\/]binding\.js$/.test(id)) return 'exports.getBinding = (addon) => addon;';
        return readFileSync(id, 'utf8').replace(/require\('(fs|path|util)'\)/g, "process.getBuiltinModule('node:$1')");
      },
    },
  };
}

/** Ink looks for the developer tools of React, a package that is not there, where the variable DEV is set. */
function inkWithoutItsDevtools() {
  return {
    name: 'ink-without-its-devtools',
    load: { filter: { id: /node_modules[\\/]ink[\\/]build[\\/]devtools\.js$/ }, handler: () => 'export {};' },
  };
}

/** Ink's layout engine fetches its own code from a data URL, which loads all of Node's HTTP client before the first drawing: 24 of 130 ms. */
function yogaWithoutFetch() {
  return {
    name: 'yoga-without-fetch',
    load: {
      filter: { id: /node_modules[\\/]yoga-layout[\\/]dist[\\/]binaries[\\/].*\.js$/ },
      handler(id) {
        const source = readFileSync(id, 'utf8');
        const fetching = /function (\w+)\(\)\{return (\w+\|\|"function"!=typeof fetch\?)[\s\S]*?fetch\((\w+),/.exec(source);
        if (!fetching) throw new Error('yoga-layout does not load its code as it did: see .config/rolldown.config.js');
        const [, name, test, url] = fetching;
        const decoded = `Promise.resolve(Buffer.from(${url}.slice(${url}.indexOf(",")+1),"base64"))`;
        return source.replace(`function ${name}(){return ${test}`, `function ${name}(){return ${decoded};${test}`);
      },
    },
  };
}
