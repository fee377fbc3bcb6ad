/** The calls of one step: side by side, in order, approved, limited, and never more or less than one result each. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/core/events.ts';
import { type ApprovalAnswer, type ApprovalRequest, stoppedWith, type ToolOutcome } from '../../src/core/tool.ts';
import { boxOf, callOf, latch, runBox, toolOf } from '../support/tools.ts';

const ends = (events: StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'tool.end' ? [{ callId: event.callId, outcome: event.outcome, output: event.output }] : []));
const typesOf = (events: StreamEvent[]) => events.map((event) => event.type);
const only = async (
  tool: Parameters<typeof toolOf>[0],
  args: Parameters<typeof callOf>[1] = {},
  options: Parameters<typeof boxOf>[1] = {},
) => {
  const { events, results } = await runBox(boxOf([toolOf(tool)], options), [callOf(tool?.name ?? 'echo', args)]);
  return { events, result: results[0], end: ends(events)[0] };
};

describe('a call', () => {
  it('is told when it begins and when it has ended, once', async () => {
    const { events, result } = await only({}, { a: 1 });
    expect(events).toEqual([
      { type: 'tool.start', callId: 'call_echo', name: 'echo', arguments: { a: 1 }, summary: null, details: null },
      { type: 'tool.end', callId: 'call_echo', name: 'echo', outcome: 'ok', output: '{"a":1}', durationMs: expect.any(Number) },
    ]);
    expect(result).toEqual({ type: 'tool_result', callId: 'call_echo', name: 'echo', output: '{"a":1}' });
  });

  it('tells with its beginning what there is to look at, whoever allowed it, and of a long change how much is left', async () => {
    const detailsOf = async (details: string) => {
      const { events } = await only(
        { access: 'write', plan: async () => ({ summary: 'edit a', details }) },
        {},
        { approvals: { allow: [{ tool: 'echo' }] } },
      );
      return events.flatMap((event) => (event.type === 'tool.start' ? [event.details] : []))[0];
    };
    expect(await detailsOf('@@ -1,1 +1,1 @@\n-a\n+\u001b[31mb\n')).toBe('@@ -1,1 +1,1 @@\n-a\n+\u001b[31mb');
    expect(await detailsOf('\n')).toBeNull();
    const lines = Array.from({ length: 5000 }, (_, index) => `+line ${index}`);
    const told = (await detailsOf(['@@ -0,0 +1,5000 @@', ...lines].join('\n')))?.split('\n') ?? [];
    expect(told.join('\n').length).toBeLessThan(20_100);
    expect(told.slice(1, -1)).toEqual(lines.slice(0, told.length - 2));
    expect(told.at(-1)).toBe(`... ${5000 - (told.length - 2)} more lines`);
  });

  it('of a tool of others is told by its arguments alone', async () => {
    const plan = async () => ({ summary: 'what it would do' });
    const summaryOf = async (source: string) => {
      const { events } = await only({ source, plan }, { a: 1, b: 2 });
      return events.flatMap((event) => (event.type === 'tool.start' ? [event.summary] : []));
    };
    expect(await summaryOf('built-in')).toEqual(['what it would do']);
    expect(await summaryOf('mcp:demo')).toEqual([null]);
    expect(await summaryOf('own')).toEqual([null]);
  });

  it('of a tool that nobody has is answered with the names of those there are', async () => {
    const { results, events } = await runBox(boxOf([toolOf(), toolOf({ name: 'other' })]), [callOf('ecko')]);
    expect(results[0]).toMatchObject({ failed: true, output: 'There is no tool "ecko". The tools are: echo, other.' });
    expect(ends(events)).toMatchObject([{ outcome: 'invalid' }]);
  });

  it('of a tool that cannot be used now is answered with the reason', async () => {
    const { result } = await only({ unavailable: () => 'its server is down.' });
    expect(result).toMatchObject({ failed: true, output: 'echo cannot be used now: its server is down.' });
  });
});

describe('arguments', () => {
  const parameters = {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] } },
    required: ['city'],
    additionalProperties: false,
  };

  it.each([
    ['nothing at all', '', '{}'],
    ['null', 'null', '{}'],
  ])('may be left out: %s', async (_, raw, output) => expect((await only({}, raw)).result).toMatchObject({ output }));

  it('that do not follow the schema go back with what is wrong, and nothing is run', async () => {
    let ran = 0;
    const tool = { parameters, run: () => ({ output: `${++ran}` }) };
    const complaint = async (args: object) => (await only(tool, JSON.stringify(args))).end;
    expect(await complaint({})).toMatchObject({ outcome: 'invalid', output: expect.stringContaining("required property 'city'") });
    expect(await complaint({ city: 5 })).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('/city must be string') });
    expect(await complaint({ city: '', unit: 'K' })).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('(C, F)') });
    expect(await complaint({ city: '', more: 1 })).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('(more)') });
    expect(ran).toBe(0);
  });

  it('that are nearly JSON are repaired, and the model is told so', async () => {
    for (const raw of ["{'city': 'Paris',}", '```json\n{"city":"Paris"}\n```', '{"city": "Paris"', '"{\\"city\\":\\"Paris\\"}"'])
      expect((await only({ parameters }, raw)).result, raw).toMatchObject({
        output: '{"city":"Paris"}\n[the arguments were no valid JSON and were repaired]',
        arguments: '{"city":"Paris"}',
      });
    expect((await only({ parameters }, '{"city":"Paris"}')).result).not.toHaveProperty('arguments');
  });

  it('never hold half a character', async () => {
    expect((await only({ parameters }, '{"city":"\\ud83d"}')).result?.output).toBe('{"city":"\ufffd"}');
  });

  it('that break off in the middle of a text are not completed', async () => {
    const { end } = await only({ parameters }, '{"city":"Par');
    expect(end).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('not JSON') });
  });

  it.each([
    ['lists', `{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`],
    ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['lists that never end', `{"a":${'['.repeat(100_000)}`],
    ['lists in a text', JSON.stringify(`{"a":${'['.repeat(3000)}${']'.repeat(3000)}}`)],
  ])('that are nested without end are refused: %s', async (_, raw) =>
    expect((await only({}, raw)).end).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('JSON') }),
  );

  it('may have brackets in a text, as many as there are', async () =>
    expect((await only({}, JSON.stringify({ a: '\\"[{'.repeat(1000) }))).end).toMatchObject({ outcome: 'ok' }));

  it.each(['[1]', '5', 'true', '"x"'])('that are no object are refused: %s', async (raw) =>
    expect((await only({}, raw)).end).toMatchObject({ outcome: 'invalid', output: expect.stringContaining('JSON object') }),
  );

  it('of a tool whose own schema is broken are handed on as they are', async () =>
    expect((await only({ parameters: { type: 'nonsense' } }, { a: 1 })).result?.output).toBe('{"a":1}'));
});

describe('a tool that', () => {
  it('throws, at once or later, has failed', async () => {
    const fails = () => {
      throw new Error('no luck');
    };
    expect((await only({ run: fails })).end).toMatchObject({ outcome: 'failed', output: 'The tool failed: no luck' });
    expect((await only({ run: async () => fails() })).end).toMatchObject({ outcome: 'failed', output: 'The tool failed: no luck' });
    expect((await only({ plan: async () => fails() })).end).toMatchObject({ outcome: 'failed', output: 'The tool failed: no luck' });
  });

  it('says that it has failed, has', async () =>
    expect((await only({ run: () => ({ output: 'no such file', failed: true }) })).result).toMatchObject({
      failed: true,
      output: 'no such file',
    }));

  it.each<[unknown, string, string]>([
    [undefined, 'failed', 'The tool gave no output.'],
    [7, 'failed', 'The tool gave no output.'],
    ['text', 'ok', 'text'],
    [{ output: { a: 1 } }, 'ok', '{"a":1}'],
    [{ other: 1 }, 'ok', '{"other":1}'],
  ])('gives %j back does no harm', async (value, outcome, output) =>
    expect((await only({ run: async () => value as never })).end).toMatchObject({ outcome, output }),
  );

  it('never ends is left behind when its time is up, and what it says later is not heard', async () => {
    const late = latch();
    const { events } = await only({ timeoutMs: 20, run: () => late.opened.then(() => ({ output: 'late' })) });
    late.open();
    await late.opened;
    expect(ends(events)).toEqual([{ callId: 'call_echo', outcome: 'timeout', output: '[stopped: it did not finish within 0.02 s]' }]);
  });

  it('stops when it is told to may still say what it has', async () => {
    const endOf = async (output: string) => {
      const run = (_: unknown, { signal }: { signal: AbortSignal }) =>
        new Promise<ToolOutcome>((resolve) => signal.addEventListener('abort', () => resolve(stoppedWith(output))));
      return (await only({ timeoutMs: 20, run })).end;
    };
    const stopped = '[stopped: it did not finish within 0.02 s]';
    expect(await endOf('half\n')).toMatchObject({ outcome: 'timeout', output: `half\n${stopped}` });
    expect(await endOf('')).toMatchObject({ outcome: 'timeout', output: stopped });
  });

  it('prints escape sequences is read as plain text', async () => {
    const output = '\u001b[31mred\u001b[0m\r\nline\u0007 \u009b1mx \ud800 é 👩‍👧\tend\u0000';
    expect((await only({ run: () => ({ output }) })).result?.output).toBe('red\nline x � é 👩‍👧\tend');
  });

  it('tells its progress is heard, in one clean line, and not more often than anybody can read', async () => {
    const { events } = await only({
      run(_, { progress }) {
        for (let index = 0; index < 10_000; index++) progress(`\u001b[1mstep\n${index}`, 2);
        return { output: 'done' };
      },
    });
    const told = events.filter((event) => event.type === 'tool.progress');
    expect(told[0]).toEqual({ type: 'tool.progress', callId: 'call_echo', message: 'step 0', fraction: 1 });
    expect(told.length).toBeLessThan(50);
  });
});

describe('an output', () => {
  const large = { run: () => ({ output: `begin ${'x'.repeat(5_000_000)} end` }) };

  it('that is too long is cut in the middle, and the rest is where it can be read', async () => {
    const kept: [string, number][] = [];
    const keepOutput = async (callId: string, text: string) => {
      kept.push([callId, text.length]);
      return '/tmp/out.txt';
    };
    const { results } = await runBox(boxOf([toolOf(large), toolOf({ name: 'read_file' })], { keepOutput, outputCap: 1000 }), [
      callOf('echo'),
    ]);
    const output = results[0]?.output ?? '';
    expect(output.length).toBeLessThan(1200);
    expect(output).toMatch(/^begin x+\n\[\.\.\. 4999\d{3} characters left out\. .*\/tmp\/out\.txt.*read_file.*\]\nx+ end$/);
    expect(kept).toEqual([['call_echo', 5_000_010]]);
  });

  it('that cannot be put anywhere is cut all the same', async () => {
    const keepOutput = () => Promise.reject(new Error('disk full'));
    expect((await only(large, {}, { keepOutput })).result?.output).toMatch(/characters left out\. \.\.\.\]/);
  });
});

describe('several calls', () => {
  it('run side by side; their results are in the order of the calls, their events as they happen', async () => {
    const gates = [latch(), latch(), latch()];
    const tools = gates.map((gate, index) => toolOf({ name: `t${index}`, run: () => gate.opened.then(() => ({ output: `${index}` })) }));
    let started = 0;
    const { events, results } = await runBox(boxOf(tools), [callOf('t0'), callOf('t1'), callOf('t2')], {
      onEvent(event) {
        if (event.type === 'tool.start' && ++started === 3) gates[2]?.open();
        if (event.type === 'tool.end') gates[Number(event.name.slice(1)) - 1]?.open();
      },
    });
    expect(results.map(({ output }) => output)).toEqual(['0', '1', '2']);
    expect(ends(events).map(({ output }) => output)).toEqual(['2', '1', '0']);
  });

  it('are never more at a time than the limit', async () => {
    let inside = 0;
    let most = 0;
    const tool = toolOf({
      async run() {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
        return { output: '' };
      },
    });
    const calls = Array.from({ length: 10 }, (_, index) => callOf('echo', { index }, `c${index}`));
    expect((await runBox(boxOf([tool], { parallel: 3 }), calls)).results).toHaveLength(10);
    expect(most).toBe(3);
  });

  it('of an exclusive tool run alone, each planned when the one before has ended', async () => {
    const log: string[] = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
    const exclusive = toolOf({
      name: 'alone',
      exclusive: true,
      async plan({ n }) {
        log.push(`plan ${n}`);
        return { summary: 'x' };
      },
      async run({ n }) {
        log.push(`begin ${n}`);
        await pause();
        log.push(`end ${n}`);
        return { output: '' };
      },
    });
    let inside = 0;
    const shared = toolOf({
      async run() {
        inside++;
        await pause();
        inside--;
        return { output: '' };
      },
    });
    const seen: number[] = [];
    const calls = [callOf('echo', {}, 'a'), callOf('alone', { n: 1 }, 'b'), callOf('echo', {}, 'c'), callOf('alone', { n: 2 }, 'd')];
    await runBox(boxOf([exclusive, shared]), calls, {
      onEvent: (event) => event.type === 'tool.start' && event.name === 'alone' && seen.push(inside),
    });
    expect(log).toEqual(['plan 1', 'begin 1', 'end 1', 'plan 2', 'begin 2', 'end 2']);
    expect(seen).toEqual([0, 0]);
  });

  it('with the same id have one result each', async () => {
    const { results } = await runBox(boxOf([toolOf()]), [callOf('echo', { n: 1 }, 'same'), callOf('echo', { n: 2 }, 'same')]);
    expect(results.map(({ output }) => output)).toEqual(['{"n":1}', '{"n":2}']);
  });
});

describe('cancelling', () => {
  const stubborn = toolOf({ run: () => new Promise(() => {}) });

  it('ends every call, whether it runs, waits for room, or waits for a yes', async () => {
    const cancel = new AbortController();
    const asks = toolOf({ name: 'asks', access: 'write' });
    const box = boxOf([stubborn, asks], { parallel: 1, approvals: { ask: () => new Promise(() => {}) } });
    const calls = [callOf('echo', {}, 'a'), callOf('echo', {}, 'b'), callOf('asks', {}, 'c')];
    let events = 0;
    const { events: seen, results } = await runBox(box, calls, { signal: cancel.signal, onEvent: () => ++events === 2 && cancel.abort() });
    expect(ends(seen).map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(results.map(({ callId, failed }) => [callId, failed])).toEqual([
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
  });

  it('before anything began runs nothing', async () => {
    let ran = 0;
    const { results } = await runBox(boxOf([toolOf({ run: () => ({ output: `${++ran}` }) })]), [callOf('echo')], {
      signal: AbortSignal.abort(),
    });
    expect([ran, results[0]?.output]).toEqual([0, 'The user cancelled this call; it was not run.']);
  });

  it('one call leaves the others alone', async () => {
    const box = boxOf([stubborn, toolOf({ name: 'quick' })]);
    const { results } = await runBox(box, [callOf('echo'), callOf('quick')], {
      onEvent: (event) => event.type === 'tool.end' && event.name === 'quick' && expect(box.cancel('call_echo')).toBe(true),
    });
    expect(results.map(({ failed }) => failed)).toEqual([true, undefined]);
    expect(box.cancel('call_echo')).toBe(false);
  });

  it('happens also when whoever reads the events leaves', async () => {
    const gone = latch();
    const tool = toolOf({
      run: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            gone.open();
            resolve({ output: '' });
          });
        }),
    });
    for await (const event of boxOf([tool]).run([callOf('echo')], new AbortController().signal)) if (event.type === 'tool.start') break;
    await gone.opened;
  });
});

describe('approval', () => {
  const writes = (more: Parameters<typeof toolOf>[0] = {}) => toolOf({ name: 'write', access: 'write', ...more });
  const asking = (answers: ApprovalAnswer[], requests: ApprovalRequest[] = []) => ({
    requests,
    ask: async (request: ApprovalRequest) => {
      requests.push(request);
      return answers.shift() ?? { decision: 'no' as const };
    },
  });

  it('is not needed for what only computes or reads inside', async () => {
    for (const access of ['none', 'read'] as const) {
      const { events } = await only({ access });
      expect(typesOf(events)).toEqual(['tool.start', 'tool.end']);
    }
  });

  it.each(['write', 'execute', 'network', 'mcp'] as const)('is asked for %s, and nothing runs before the yes', async (access) => {
    const { ask, requests } = asking([{ decision: 'once' }]);
    const plan = async () => ({ summary: 'does\nsomething', details: 'all of it' });
    const { events } = await only({ access, plan }, { a: 1 }, { approvals: { ask } });
    expect(events.map((event) => (event.type === 'tool.approval' ? event.decision : event.type))).toEqual([
      'waiting',
      'allowed',
      'tool.start',
      'tool.end',
    ]);
    expect(events[0]).toMatchObject({ access, summary: 'does\nsomething', reason: null });
    expect(requests).toEqual([
      { callId: 'call_echo', name: 'echo', arguments: { a: 1 }, access, plan: { summary: 'does\nsomething', details: 'all of it' } },
    ]);
  });

  it('is denied where nobody can be asked, and says what would allow it', async () => {
    const { events, results } = await runBox(boxOf([writes()]), [callOf('write')]);
    expect(events).toMatchObject([
      { type: 'tool.approval', decision: 'denied', reason: expect.stringContaining('--allow write') },
      { type: 'tool.end', outcome: 'denied' },
    ]);
    expect(results[0]).toMatchObject({ failed: true, output: expect.stringMatching(/^Not run\. .*--allow write$/) });
  });

  it('that is missing names what this call needs, where a shell would hand it over as it is', async () => {
    const needed = async (subject: string) => {
      const box = boxOf([writes({ plan: async () => ({ summary: 'x', subject }) })]);
      return /--allow (.*)$/.exec((await runBox(box, [callOf('write')])).results[0]?.output ?? '')?.[1];
    };
    expect(await needed('npm test')).toBe('"write(npm test)"');
    for (const subject of ['rm *', 'ls a,b', 'echo "a"', 'echo $HOME', 'a\\b', 'a!', ''])
      expect(await needed(subject), subject).toBe('write');
  });

  it('by a rule is told with the rule', async () => {
    const box = boxOf([writes()], { approvals: { allow: [{ tool: 'write' }] } });
    expect((await runBox(box, [callOf('write')])).events[0]).toMatchObject({ decision: 'allowed', reason: 'the rule write' });
  });

  it('cannot be given to what a tool refuses by itself', async () => {
    const box = boxOf([writes({ plan: async () => ({ summary: 'x', refusal: 'It is a secret.' }) })], {
      approvals: { allow: [{ tool: 'write' }] },
    });
    expect((await runBox(box, [callOf('write')])).results[0]).toMatchObject({ failed: true, output: 'Not run. It is a secret.' });
  });

  it('is asked for when the plan needs more than the tool in general', async () => {
    expect((await only({ access: 'read', plan: async () => ({ summary: 'x', access: 'write' }) })).end).toMatchObject({
      outcome: 'denied',
    });
    const read = await only({ access: 'read', plan: async () => ({ summary: 'x', asks: true as const }) });
    expect(read.end).toMatchObject({ outcome: 'denied' });
    expect(read.events[0]).toMatchObject({ type: 'tool.approval', access: 'read', decision: 'denied' });
    expect((await only({ access: 'write', plan: async () => ({ summary: 'x', access: 'read' }) })).end).toMatchObject({ outcome: 'ok' });
  });

  it('that is refused tells the model why', async () => {
    const box = boxOf([writes()], { approvals: asking([{ decision: 'no', reason: 'not that file' }, { decision: 'no' }]) });
    const { results } = await runBox(box, [callOf('write', {}, 'a'), callOf('write', {}, 'b')]);
    expect(results.map(({ output }) => output)).toEqual(['Not run. The user said no: not that file', 'Not run. The user said no.']);
  });

  it('is asked one question at a time, while other calls run', async () => {
    let open = 0;
    const log: string[] = [];
    const quick = latch();
    const ask = async ({ callId }: ApprovalRequest): Promise<ApprovalAnswer> => {
      log.push(`ask ${callId} ${++open}`);
      if (callId === 'a') await quick.opened;
      open--;
      return { decision: 'once' };
    };
    const box = boxOf([writes(), toolOf()], { approvals: { ask } });
    await runBox(box, [callOf('write', {}, 'a'), callOf('write', {}, 'b'), callOf('echo', {}, 'c')], {
      onEvent(event) {
        if (event.type !== 'tool.end') return;
        log.push(`end ${event.callId}`);
        if (event.callId === 'c') quick.open();
      },
    });
    expect(log.slice(0, 3)).toEqual(['ask a 1', 'end c', 'ask b 1']);
  });

  it('for the conversation covers the calls after it, also those that wait, until it ends', async () => {
    const { ask, requests } = asking([{ decision: 'conversation' }]);
    const { createApprovals } = await import('../../src/engine/approvals.ts');
    const approvals = createApprovals({ allow: [], rules: () => [], remember: async () => expect.fail('nothing is stored'), ask });
    const request = { callId: 'a', name: 'write', arguments: {}, access: 'write', plan: { summary: '', pattern: '/src/*' } } as const;
    const decide = (pattern: string) =>
      approvals.decide({ ...request, plan: { summary: '', pattern } }, () => {}, new AbortController().signal);
    const decisions = await Promise.all([decide('/src/*'), decide('/src/deep/*'), decide('/other/*')]);
    expect(decisions.map(({ decision }) => decision)).toEqual(['allowed', 'allowed', 'denied']);
    approvals.forgetConversation();
    expect(await decide('/src/*')).toMatchObject({ decision: 'denied' });
    expect(requests).toHaveLength(3);
  });

  it('that comes after the call was cancelled makes no rule', async () => {
    const { createApprovals } = await import('../../src/engine/approvals.ts');
    const asked = latch();
    const late = latch();
    const stored: object[] = [];
    const answers: ApprovalAnswer[] = [{ decision: 'always' }, { decision: 'no' }];
    const ask = async () => {
      asked.open();
      await late.opened;
      return answers.shift() ?? expect.fail('asked too often');
    };
    const approvals = createApprovals({ allow: [], rules: () => [], remember: async (rule) => stored.push(rule), ask });
    const decide = (signal: AbortSignal) =>
      approvals.decide({ callId: 'a', name: 'write', arguments: {}, access: 'write', plan: { summary: '' } }, () => {}, signal);
    const stop = new AbortController();
    const first = decide(stop.signal);
    await asked.opened;
    stop.abort();
    expect(await first).toEqual({ decision: 'cancelled' });
    late.open();
    expect(await decide(new AbortController().signal)).toMatchObject({ decision: 'denied' });
    expect([answers, stored]).toEqual([[], []]);
  });

  it('for always is stored, and counts also where it could not be', async () => {
    const stored: object[] = [];
    const plan = async () => ({ summary: 'x', pattern: 'git log *' });
    const approvals = { ...asking([{ decision: 'always' }]), remember: async (rule: object) => stored.push(rule) };
    expect((await only({ access: 'execute', plan }, {}, { approvals })).end).toMatchObject({ outcome: 'ok' });
    expect(stored).toEqual([{ tool: 'echo', pattern: 'git log *' }]);
    const failing = { ...asking([{ decision: 'always' }]), remember: () => Promise.reject(new Error('disk full')) };
    const { events } = await only({ access: 'execute', plan }, {}, { approvals: failing });
    expect(events[1]).toMatchObject({ decision: 'allowed', reason: expect.stringContaining('disk full') });
  });

  it('that was stored is read again for every call', async () => {
    const rules = [{ tool: 'write' }];
    const box = boxOf([writes()], { approvals: { rules: () => rules } });
    expect((await runBox(box, [callOf('write')])).results[0]?.failed).toBeUndefined();
    rules.pop();
    expect((await runBox(box, [callOf('write')])).results[0]?.failed).toBe(true);
  });
});

it('gives the model the same list every time', () => {
  const box = boxOf([toolOf(), toolOf({ name: 'b', access: 'write', timeoutMs: 5 })]);
  expect(box.definitions()).toBe(box.definitions());
  expect(box.definitions()[1]).toEqual({ name: 'b', description: 'Says what it was given.', parameters: { type: 'object' } });
});
