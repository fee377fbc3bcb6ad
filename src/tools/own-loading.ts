/** Keeps the thread of a project's module to files that were looked at when the project was trusted, from the bytes that were hashed. */
import type { Loadable } from './own-definition.ts';

type Loaded = { format: string | null | undefined; source?: string | ArrayBuffer | NodeJS.TypedArray | null };
type Load = (url: string, about: object, next: (url: string, about: object) => Loaded) => Loaded;

/** Becomes text, as the program of the thread does: it may use nothing from outside of itself. */
export function guardLoading(loadable: Loadable): void {
  const nodeModule = process.getBuiltinModule('node:module');
  const { fileURLToPath } = process.getBuiltinModule('node:url');

  /** The bytes of a file that may be loaded; undefined for one of a package that is not checked. Becomes text as well. */
  function bytesOf(path: string, { hashes, hasLoosePackages }: Loadable): Buffer | undefined {
    const { createHash } = process.getBuiltinModule('node:crypto');
    const { readFileSync, realpathSync } = process.getBuiltinModule('node:fs');
    const real = realpathSync(path);
    const hash = hashes[real];
    if (hash === undefined && hasLoosePackages && /[\\/]node_modules[\\/]/.test(real)) return undefined;
    if (hash === undefined)
      throw new Error(`it loads ${real}, which was not looked at when this folder was trusted. Import it by its plain path`);
    const bytes = readFileSync(real);
    if (createHash('sha256').update(bytes).digest('hex') === hash) return bytes;
    throw new Error(`${real} has changed since this folder was trusted`);
  }

  // Since Node 22.15: not in the types of the oldest that sotto runs on.
  const { registerHooks } = nodeModule as unknown as { registerHooks?: (hooks: { load: Load }) => void };
  if (typeof registerHooks === 'function') {
    registerHooks({
      load(url, about, next) {
        const bytes = url.startsWith('file:') ? bytesOf(fileURLToPath(url), loadable) : undefined;
        const loaded = next(url, about);
        const { format, source } = loaded;
        if (bytes === undefined) return loaded;
        if (source === undefined || source === null) return format === 'commonjs' ? { ...loaded, source: bytes } : loaded;
        if (!Buffer.from(source as Uint8Array).equals(bytes)) throw new Error(`${fileURLToPath(url)} changes while it is loaded`); // a text or its bytes: Buffer takes both
        return loaded;
      },
    });
    return;
  }
  // Before Node 22.15 there are two ways to load, and each looks at the file a moment before it is read again.
  const { _extensions: openers } = nodeModule as unknown as { _extensions: Record<string, (module: unknown, path: string) => unknown> }; // not in the types
  for (const [ending, open] of Object.entries(openers)) {
    openers[ending] = (module, path) => {
      bytesOf(path, loadable);
      return open(module, path);
    };
  }
  const hook = `import { fileURLToPath } from 'node:url';
const loadable = ${JSON.stringify(loadable)};
const bytesOf = ${bytesOf};
export async function load(url, about, next) {
  if (url.startsWith('file:')) bytesOf(fileURLToPath(url), loadable);
  return next(url, about);
}`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
