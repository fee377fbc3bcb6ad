/** The list of built-in tools: one row each, always in this order, because the list is sent along with every request. */
import type { Tool } from '../core/tool.ts';
import type { BuiltInPorts } from './built-in-ports.ts';
import { createCalculate } from './calculator.ts';
import { createCurrentTime } from './current-time.ts';
import { createEditFile } from './edit-file.ts';
import { createFetchPage } from './fetch-page.ts';
import { createFileAccess } from './file-access.ts';
import { createListFiles } from './list-files.ts';
import { createReadFile } from './read-file.ts';
import { createRunCommand } from './run-command.ts';
import { createSearchFiles } from './search-files.ts';
import { createWriteFile } from './write-file.ts';

/** The tools of one chat or run: what was read and planned is remembered among them. */
export function builtInTools(ports: BuiltInPorts): Tool[] {
  const access = createFileAccess(ports);
  return [
    createCurrentTime(ports),
    createCalculate(),
    createReadFile(access),
    createListFiles(access),
    createSearchFiles(access),
    createFetchPage(ports),
    createWriteFile(access),
    createEditFile(access),
    createRunCommand(ports),
  ];
}
