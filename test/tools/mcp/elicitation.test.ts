import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AskForm, Form } from '../../../src/core/form.ts';
import { createApprovals } from '../../../src/engine/approvals.ts';
import { createToolbox } from '../../../src/engine/toolbox.ts';
import { elicit } from '../../../src/tools/mcp/elicitation.ts';
import { openWorld, stdioServer, until } from '../../support/mcp.ts';

const never = new AbortController().signal;
const asking = () => stdioServer([], { args: [join(import.meta.dirname, '../../support/mcp-asking-server.js')] });

/** Answers every form in this way, and keeps them. */
function answering(answer: Awaited<ReturnType<AskForm>>) {
  const forms: Form[] = [];
  const ask: AskForm = async (form) => {
    forms.push(form);
    return answer;
  };
  return { forms, ask };
}

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Your name', minLength: 2 },
    age: { type: 'integer', minimum: 0, default: 30 },
    news: { type: 'boolean', default: false },
    color: { type: 'string', enum: ['r', 'g'], enumNames: ['Red', 'Green'] },
    size: {
      type: 'string',
      oneOf: [
        { const: 's', title: 'Small' },
        { const: 'l', title: 'Large' },
      ],
      default: 'l',
    },
    toppings: { type: 'array', items: { anyOf: [{ const: 'a', title: 'Anchovies' }] }, minItems: 1 },
    password: { type: 'string', default: 'x' },
  },
  required: ['name', 'toppings'],
};

describe('what a server asks', () => {
  it('is a form of fields with what may be answered, and the answer goes back', async () => {
    const { forms, ask } = answering({ action: 'accept', values: { name: 'Ada', age: 36, toppings: ['a'] } });
    await using world = openWorld([asking()], { start: 'when-asked', ports: { ask } });
    await world.hub.listPrompts('own', never);
    const { output } = await world.call('ask', { message: 'Who are you?', requestedSchema: SCHEMA });
    expect(JSON.parse(String(output))).toEqual({ action: 'accept', content: { name: 'Ada', age: 36, toppings: ['a'] } });
    expect(forms).toEqual([
      {
        from: 'the MCP server own',
        message: 'Who are you?',
        fields: [
          { name: 'name', title: 'Your name', isRequired: true, kind: 'text', minLength: 2 },
          { name: 'age', title: 'age', isRequired: false, kind: 'number', isInteger: true, minimum: 0, usual: 30 },
          { name: 'news', title: 'news', isRequired: false, kind: 'boolean', usual: false },
          {
            name: 'color',
            title: 'color',
            isRequired: false,
            kind: 'choice',
            options: [
              { value: 'r', title: 'Red' },
              { value: 'g', title: 'Green' },
            ],
          },
          {
            name: 'size',
            title: 'size',
            isRequired: false,
            kind: 'choice',
            options: [
              { value: 's', title: 'Small' },
              { value: 'l', title: 'Large' },
            ],
            usual: 'l',
          },
          {
            name: 'toppings',
            title: 'toppings',
            isRequired: true,
            kind: 'choices',
            options: [{ value: 'a', title: 'Anchovies' }],
            minItems: 1,
          },
          { name: 'password', title: 'password', isRequired: false, kind: 'text', isSecret: true },
        ],
      },
    ]);
  });

  it.each(['decline', 'cancel'] as const)('may be answered with %s', async (action) => {
    const { ask } = answering({ action });
    await using world = openWorld([asking()], { start: 'when-asked', ports: { ask } });
    await world.hub.listPrompts('own', never);
    expect((await world.call('ask', { message: 'x', requestedSchema: { type: 'object', properties: {} } })).output).toBe(
      JSON.stringify({ action }),
    );
  });

  it('is declined and said where nobody can be asked', async () => {
    await using world = openWorld([asking()], { start: 'when-asked' });
    await world.hub.listPrompts('own', never);
    const { output } = await world.call('ask', { message: 'Who\nare you?', requestedSchema: SCHEMA });
    expect(output).toBe('{"action":"decline"}');
    expect(world.notices).toEqual(['the MCP server own asked "Who are you?" and was answered no: nobody can be asked here']);
    expect(JSON.parse(String((await world.call('capabilities')).output))).toEqual({ elicitation: { form: {}, url: {} } });
  });

  it('is declined where it cannot be typed', async () => {
    const { forms, ask } = answering({ action: 'accept', values: {} });
    const said: string[] = [];
    const ports = { ask, said: (message: string) => void said.push(message), secret: () => {} };
    const nested = { requestedSchema: { properties: { x: { type: 'object' } }, required: ['x'] }, message: 'm' };
    expect(await elicit('own', nested, ports, never)).toEqual({ action: 'decline' });
    const many = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`f${index}`, { type: 'string' }]));
    expect(await elicit('own', { message: 'm', requestedSchema: { properties: many } }, ports, never)).toEqual({ action: 'decline' });
    expect(said).toHaveLength(2);
    expect(forms).toEqual([]);
  });

  it('may be an address of the web, which is shown before it is opened, and nothing else', async () => {
    const { forms, ask } = answering({ action: 'accept', values: {} });
    const opened: string[] = [];
    const ports = { ask, open: async (url: URL) => void opened.push(url.href), said: () => {}, secret: () => {} };
    const at = (url: string) => elicit('own', { mode: 'url', message: 'Pay', url, elicitationId: '1' }, ports, never);
    for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'x', 'https://user:pw@x.org/', 'vscode://x', '-a'])
      expect(await at(url)).toEqual({ action: 'decline' });
    expect(forms).toEqual([]);
    expect(await at('https://x.org/pay?a=1')).toEqual({ action: 'accept' });
    expect(forms[0]).toMatchObject({ message: 'Pay\nIt wants you to open an address at x.org:', address: 'https://x.org/pay?a=1' });
    expect(opened).toEqual(['https://x.org/pay?a=1']);
  });

  it('is not asked again and again after a no, nor when the server was asked for nothing', async () => {
    const { forms, ask } = answering({ action: 'decline' });
    await using world = openWorld([asking()], { start: 'when-asked', ports: { ask } });
    await world.hub.listPrompts('own', never);
    const params = { message: 'x', requestedSchema: { type: 'object', properties: {} } };
    const outcome = await world.call('ask', { ...params, times: 6, later: 100 });
    expect(outcome.output).toBe('{"action":"decline"}');
    expect(forms).toHaveLength(3);
    await until(() => world.notices.length === 2);
    expect(world.notices).toEqual([
      'the MCP server own wanted to ask something and was answered no: it was told no 3 times',
      'the MCP server own wanted to ask something and was answered no: it was asked for nothing',
    ]);
    // A new call is a new piece of work.
    await world.call('ask', params);
    expect(forms).toHaveLength(4);
  });

  it('does not count against the time of the call, and the rest of the call does', async () => {
    const ask: AskForm = async () => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return { action: 'decline' };
    };
    await using world = openWorld([asking()], { start: 'when-asked', ports: { ask } });
    await world.hub.listPrompts('own', never);
    const toolbox = createToolbox({
      tools: world.hub.tools(),
      approvals: createApprovals({ allow: [{ tool: 'own__ask' }], rules: () => [], remember: async () => {} }),
      folder: '/',
      timeoutMs: 400,
      now: () => performance.now(),
    });
    const call = {
      type: 'tool_call' as const,
      id: 'c',
      name: 'own__ask',
      arguments: JSON.stringify({ message: 'x', requestedSchema: { type: 'object', properties: {} } }),
    };
    const run = toolbox.run([call], never);
    let step = await run.next();
    while (!step.done) step = await run.next();
    expect(step.value).toMatchObject([{ output: '{"action":"decline"}' }]);
  });
});
