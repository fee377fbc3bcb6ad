/** Opens an address in the user's browser, where there is one to see it. */
import type { McpPorts } from './ports.ts';

type BrowserPorts = Pick<McpPorts, 'platform' | 'env' | 'spawn'>;

/** Somebody who came by SSH sees no window of this machine. */
export function hasBrowser({ platform, env }: BrowserPorts): boolean {
  if (env.SSH_CONNECTION || env.SSH_TTY || env.SSH_CLIENT) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** No shell reads the address, and it is of the web: it begins with http and holds no character that is not its own. False: it failed. */
export function openBrowser(address: URL, { platform, env, spawn }: BrowserPorts): Promise<boolean> {
  if (address.protocol !== 'https:' && address.protocol !== 'http:') return Promise.resolve(false);
  const [program, ...before] = OPENERS[platform] ?? ['xdg-open'];
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    try {
      const child = spawn(program, [...before, address.href], { stdio: 'ignore', detached: true, env });
      child.once('error', () => resolve(false));
      child.once('spawn', () => {
        child.unref();
        resolve(true);
      });
    } catch {
      resolve(false);
    }
  });
}

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['/usr/bin/open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};
