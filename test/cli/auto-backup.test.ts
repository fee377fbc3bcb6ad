/** Backups that sotto makes by itself, from the end of a question and of a deletion; nobody waits for them. */
import { copyFileSync, readdirSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFile } from '../../src/store/check.ts';
import { addTurn, conversationsHome, type Home, jsonOf } from './conversations-home.ts';

/** A home whose last automatic backup is years old. */
function oldHome(): Home & { old: string } {
  const home = conversationsHome();
  home.fill((store) => {
    addTurn(store, { prompt: 'one' });
    store.fold();
  });
  const old = `${home.file}.auto-20200101-120000.bak`;
  copyFileSync(home.file, old);
  return { ...home, old };
}

const automatic = (home: Home): string[] => readdirSync(dirname(home.file)).filter((name) => /\.auto-\d{8}-\d{6}(-\d+)?\.bak$/.test(name));

/** Resolves when the folder is as wanted and the process that works there is done. */
async function until(home: Home, wanted: () => boolean): Promise<void> {
  const isDone = () => wanted() && !readdirSync(dirname(home.file)).some((name) => /auto-backup\.lock|\.tmp|\.part/.test(name));
  if (isDone()) return;
  await new Promise<void>((resolve) => {
    const watcher = watch(dirname(home.file), () => {
      if (!isDone()) return;
      watcher.close();
      resolve();
    });
    if (isDone()) {
      watcher.close();
      resolve();
    }
  });
}

describe('the backup that nobody asks for', () => {
  it('is made after a question, when the last one is old', async () => {
    using home = oldHome();
    expect(await home.sotto(['ask', '-p', 'guide', 'hello'])).toMatchObject({ code: 0, stderr: '' });
    await until(home, () => automatic(home).length === 2);
    const made = automatic(home).find((name) => name !== basename(home.old)) ?? '';
    expect(checkFile(`${dirname(home.file)}/${made}`)).toMatchObject({ ok: true, facts: { conversations: 2 } });
    const { backups } = jsonOf(await home.sotto(['db', 'backup', '--list', '--json']));
    expect(backups.map(({ file }: { file: string }) => basename(file))).toEqual([made, basename(home.old)]);
  });

  it.each([
    ['switched off', ['--set', 'backups=false']],
    ['a private question', ['--private']],
  ])('is not made when %s', async (_, options) => {
    using home = oldHome();
    await home.sotto(['ask', '-p', 'guide', ...options, 'hello']);
    expect(readdirSync(dirname(home.file)).filter((name) => name.includes('auto'))).toEqual([basename(home.old)]);
  });

  it('is made anew after a deletion, so that it does not hold what was deleted', async () => {
    using home = oldHome();
    await home.sotto(['delete', 'one', '--yes']);
    await until(home, () => automatic(home).length === 1 && automatic(home)[0] !== basename(home.old));
    expect(checkFile(`${dirname(home.file)}/${automatic(home)[0]}`)).toMatchObject({ ok: true, facts: { conversations: 0 } });
  });
});
