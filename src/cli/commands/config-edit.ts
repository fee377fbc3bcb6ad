/** `sotto config edit`: the configuration in the user's editor, checked before it is saved. */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandContext } from '../../compose/context.ts';
import { say } from '../../compose/say.ts';
import { writePrivateFile } from '../../config/atomic-file.ts';
import { parseJsonObject } from '../../config/json-file.ts';
import { fileProblems, type SettingsNotice } from '../../config/layers.ts';
import { withFileLock } from '../../config/lock.ts';
import { ensureFolder } from '../../config/paths.ts';
import { checkTree } from '../../config/tree.ts';
import { SottoError, usageError } from '../../core/errors.ts';
import { confirm } from '../prompt.ts';

/** What the commands of `sotto config` need of the context. */
export type ConfigContext = Pick<
  CommandContext,
  'env' | 'platform' | 'stdin' | 'stdout' | 'stderr' | 'isTerminal' | 'paths' | 'loadSettings' | 'spawnEditor' | 'interrupted'
>;

/** Edits a copy, so that a half-written or mistaken file never becomes the configuration. */
export async function editConfig(context: ConfigContext): Promise<void> {
  const { configFile } = context.paths;
  const editor = editorOf(context);
  ensureFolder(dirname(configFile));
  const before = textOf(configFile) ?? EMPTY_FILE;
  const copy = `${configFile.replace(/\.json$/, '')}.edit-${randomBytes(4).toString('hex')}.json`;
  writePrivateFile(copy, before);
  for (;;) {
    const code = await context.spawnEditor(editor, copy);
    const after = textOf(copy);
    if (code !== 0 || after === undefined || after === before) {
      rmSync(copy, { force: true });
      if (code !== 0)
        throw usageError(
          `The editor (${editor}) ended with exit code ${code ?? 'unknown'}; ${configFile} was left as it is.`,
          'Choose another one with VISUAL or EDITOR.',
        );
      say('Nothing was changed.', context);
      return;
    }
    const problem = mistakeIn(after, configFile, context);
    if (problem === undefined) {
      await withFileLock(
        configFile,
        () => {
          if ((textOf(configFile) ?? EMPTY_FILE) !== before) throw changedMeanwhile(configFile, copy);
          writePrivateFile(configFile, after);
        },
        context.interrupted,
      );
      rmSync(copy, { force: true });
      say(`Saved ${configFile}`, context);
      return;
    }
    say(problem.message, context);
    if (context.isTerminal.stdin && (await confirm('Edit again?', context, { preferYes: true }))) continue;
    throw new SottoError({
      kind: 'configuration',
      message: `The change was not saved: ${problem.message}`,
      hint: `Your text is kept in ${copy}`,
    });
  }
}

const EMPTY_FILE = '{\n}\n';

function changedMeanwhile(configFile: string, copy: string): SottoError {
  return new SottoError({
    kind: 'configuration',
    message: `${configFile} was changed by something else meanwhile; your change was not saved.`,
    hint: `Your text is kept in ${copy}`,
  });
}

function editorOf({ env, platform, isTerminal }: ConfigContext): string {
  const editor = env.VISUAL || env.EDITOR;
  if (editor) return editor;
  if (isTerminal.stdin) return platform === 'win32' ? 'notepad' : 'vi';
  throw usageError(
    'sotto config edit needs a terminal or an editor.',
    'Set VISUAL or EDITOR, or change one setting with: sotto config set KEY VALUE',
  );
}

function mistakeIn(text: string, configFile: string, context: ConfigContext): SottoError | undefined {
  const notices: SettingsNotice[] = [];
  try {
    checkTree(parseJsonObject(text, configFile), fileProblems(configFile, notices));
  } catch (thrown) {
    if (thrown instanceof SottoError) return thrown;
    throw thrown;
  }
  for (const notice of notices) say(notice.message, context);
  return undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
