import { describe, expect, it } from 'vitest';
import { isReaderGone } from '../../src/output/writer.ts';
import { openSink, openTestWriter } from './stream.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

describe('the writer', () => {
  it('says when to wait, and when to go on', async () => {
    const sink = openSink({ highWaterMark: 4, slow: true });
    const writer = openTestWriter(sink);
    expect(writer.write('ab')).toBe(true);
    expect(writer.write('cdef')).toBe(false);
    let isReady = false;
    const ready = writer.ready().then(() => {
      isReady = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isReady).toBe(false);
    sink.drain();
    await new Promise((resolve) => setImmediate(resolve));
    sink.drain();
    await ready;
    expect(sink.text()).toBe('abcdef');
  });

  it('tells once that the stream takes no more, and swallows the rest', async () => {
    const sink = openSink({ highWaterMark: 1, slow: true });
    let closed = 0;
    const writer = openTestWriter(sink, { onClosed: () => closed++ });
    writer.write('long enough');
    const ready = writer.ready();
    sink.stream.destroy(failure('EPIPE'));
    await ready;
    expect(closed).toBe(1);
    expect(writer.write('more')).toBe(true);
    await writer.ready();
    expect(closed).toBe(1);
  });

  it('waits for nobody once the run is interrupted', async () => {
    const sink = openSink({ highWaterMark: 1, slow: true });
    const interruption = new AbortController();
    const writer = openTestWriter(sink, { interrupted: interruption.signal });
    writer.write('long enough');
    const ready = writer.ready();
    interruption.abort();
    await ready;
    writer.write('last words');
    await writer.ready();
  });

  it('knows a reader that has left from a disk that is full', () => {
    expect(isReaderGone(failure('EPIPE'))).toBe(true);
    expect(isReaderGone(failure('ENOSPC'))).toBe(false);
    expect(isReaderGone(new Error('something'))).toBe(false);
  });
});
