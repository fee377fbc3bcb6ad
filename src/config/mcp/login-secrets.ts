/** The secrets among what is kept of MCP servers: every run that uses tools takes them out of what it shows. */
import { isObject, listAt } from '../../core/json.ts';
import { readJsonFile } from '../json-file.ts';

export function loginSecrets(dataFolder: string): string[] {
  return listAt(readJsonFile(`${dataFolder}/mcp-logins.json`), 'servers').flatMap((entry) => {
    if (!isObject(entry)) return [];
    const typed = listAt(entry, 'secret').flatMap((id) =>
      typeof id === 'string' && isObject(entry.inputs) ? textsOf(entry.inputs[id]) : [],
    );
    return [...typed, ...secretsIn(entry.oauth)];
  });
}

function textsOf(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : [];
}

const SECRET_FIELDS = /^(access_token|refresh_token|id_token|client_secret|registration_access_token)$/;

function secretsIn(value: unknown): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' ? (SECRET_FIELDS.test(name) ? [inner] : []) : secretsIn(inner),
  );
}
