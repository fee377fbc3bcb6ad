/** A package registry on this machine that serves packed tarballs, as much of one as a package manager needs to install from. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

export type Registry = { url: string; asked: string[]; close(): Promise<void> };
export type Manifest = { name: string; version: string; [field: string]: unknown };

/** Serves every tarball of the folder, each as the latest version of its package. */
export async function startRegistry(folder: string): Promise<Registry> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(folder, name));
  const packages = new Map(files.map((file) => [manifestOf(file).name, file]));
  const asked: string[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1));
    asked.push(path);
    const tarball = files.find((file) => path.endsWith(`/-/${basename(file)}`));
    const file = packages.get(path);
    if (tarball) response.end(readFileSync(tarball));
    else if (file) response.setHeader('content-type', 'application/json').end(JSON.stringify(documentOf(file, url)));
    else response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function manifestOf(tarball: string): Manifest {
  return JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));
}

function documentOf(file: string, url: string): object {
  const manifest = manifestOf(file);
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  const dist = { integrity, tarball: `${url}/${name}/-/${basename(file)}` };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
