/** Texts that are made to hold up or to break whoever looks at them before the folder is trusted. */
import { describe, expect, it } from 'vitest';
import { makePlace } from './hostile.ts';

const deep = (times: number) => `${'{"a":'.repeat(times)}1${'}'.repeat(times)}`;

const TEXTS: readonly [what: string, files: Record<string, string>, code: number][] = [
  ['an import behind many comments', { '.sotto/tools/a.mjs': `import ${'/**/'.repeat(60)} x` }, 0],
  ['comments that never end', { '.sotto/tools/a.mjs': 'import /* '.repeat(1_000_000) }, 0],
  ['a line of comments that never ends', { '.sotto/tools/a.mjs': 'import //'.repeat(1_000_000) }, 0],
  ['many comments with one end', { '.sotto/tools/a.mjs': `${'import /* '.repeat(500_000)}*/ ${'/* */ // x\n'.repeat(200_000)}` }, 0],
  ['brackets of Python that never end', { '.sotto/tools/a': `#!/usr/bin/env python3\n${'from a import (\n'.repeat(60_000)}` }, 0],
  ['a module of Python with many parts', { '.sotto/tools/a': `#!/bin/sh\nimport ${'a.'.repeat(450_000)}` }, 0],
  ['a path of many long names', { '.sotto/tools/a': `#!/bin/sh\n${`${'x'.repeat(100)}/`.repeat(9000)}` }, 0],
  ['many stars', { '.sotto/tools/a': `#!/bin/sh\n${'a/*'.repeat(300_000)}` }, 0],
  ['comments of JSON that never end', { '.mcp.json': '/* '.repeat(5_000_000) }, 3],
  ['servers in the depth', { '.mcp.json': `{"mcpServers": ${deep(150_000)}}` }, 3],
  ['lists in the depth that never end', { '.mcp.json': '['.repeat(1_000_000) }, 3],
  ['exports in the depth', { '.sotto/tools/a.mjs': `import '#x'`, 'package.json': `{"exports": ${deep(150_000)}}` }, 0],
];

describe('a folder that has', () => {
  it.each(TEXTS)('%s is looked at in time', async (_, files, code) => {
    using at = makePlace(files);
    const { stderr, ...ended } = await at.sotto(['tools', 'trust', '--yes']);
    expect({ ...ended, stderr }).toMatchObject({ code });
    expect(stderr).not.toContain('bug in sotto');
    expect((await at.sotto(['mcp', 'list'])).stderr).not.toContain('sotto failed');
  });
});

it('a value that is nested too deeply is said to be', async () => {
  using at = makePlace({ '.mcp.json': `{"mcpServers": ${deep(150_000)}}` });
  expect((await at.sotto(['tools', 'trust', '--yes'])).stderr).toMatch(
    /\.mcp\.json is not valid JSON\. Line 1, column \d+: it is nested more than 200 levels deep here\./,
  );
});
