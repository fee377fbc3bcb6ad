/** Many processes at one database: nobody fails with a lock, nothing is lost. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/core/messages.ts';
import { openStore } from '../../src/store/open.ts';
import { bundleChild, ended, start } from './child-process.ts';
import { realWorld } from './children/world.ts';
import { keep, temporaryFolder } from './support.ts';

describe('fifty processes at once', () => {
  it('create the database together, and every turn of every one of them is saved', async () => {
    const file = join(temporaryFolder(), 'sotto.db');
    const program = await bundleChild('write');
    const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const results = await Promise.all(names.map((name) => ended(start(program, file, name, '3'))));
    expect(results.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(names.map(() => '0'));
    const store = keep(openStore(realWorld(file)));
    const listed = store.list();
    expect(listed).toHaveLength(150);
    const replies = listed.map(({ id }) =>
      store
        .path(id)
        .map(({ message, status }) => `${status} ${textOf(message)}`)
        .join(' / '),
    );
    const expected = names.flatMap((name) =>
      [0, 1, 2].map((turn) => `complete question ${name}.${turn} / complete answer ${name}.${turn}`),
    );
    expect(replies.sort()).toEqual(expected.sort());
    expect(store.check()).toMatchObject({ ok: true, problems: [] });
    // The longest step of any process, opening included.
    expect(Math.max(...results.map(({ stdout }) => Number(stdout)))).toBeLessThan(8000);
  }, 60_000);
});
