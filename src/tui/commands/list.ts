/** Every slash command, in the order of the help: one row each. A new one is its own file and a row here. */
import type { SlashCommand } from '../actions.ts';
import { attachCommand } from './attach.ts';
import { branchesCommand, forkCommand } from './branches.ts';
import { btwCommand } from './btw.ts';
import { connectCommand } from './connect.ts';
import { contextCommand } from './context.ts';
import { listCommand, newCommand, privateCommand, renameCommand, resumeCommand } from './conversations.ts';
import { copyCommand } from './copy.ts';
import { costCommand } from './cost.ts';
import { effortCommand } from './effort.ts';
import { exportCommand } from './export.ts';
import { helpCommand } from './help.ts';
import { modelCommand } from './model.ts';
import { pipeCommand } from './pipe.ts';
import { editCommand, moreCommand, retryCommand, undoCommand } from './prompts.ts';
import { providerCommand } from './provider.ts';
import { keysCommand, quitCommand, reasoningCommand, themeCommand } from './screen.ts';
import { systemCommand } from './system.ts';
import { toolsCommand } from './tools.ts';

export const COMMANDS: readonly SlashCommand[] = [
  retryCommand,
  editCommand,
  undoCommand,
  btwCommand,
  newCommand,
  listCommand,
  resumeCommand,
  renameCommand,
  forkCommand,
  branchesCommand,
  moreCommand,
  privateCommand,
  copyCommand,
  pipeCommand,
  exportCommand,
  modelCommand,
  providerCommand,
  connectCommand,
  effortCommand,
  reasoningCommand,
  systemCommand,
  contextCommand,
  toolsCommand,
  attachCommand,
  helpCommand(() => COMMANDS),
  costCommand,
  themeCommand,
  keysCommand,
  quitCommand,
];
