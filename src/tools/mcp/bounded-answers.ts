/** Answers over HTTP with an end to their size: of an answer that never ends no more is held than any message may have. */
import { SottoError } from '../../core/errors.ts';

/** `what` is who answers, as a sentence begins with it. */
export function boundedFetch(ask: typeof fetch, { what, mostBytes }: { what: string; mostBytes: number }): typeof fetch {
  return async (input, init) => {
    const answer = await ask(input, init);
    if (!answer.body) return answer;
    const { status, statusText, headers, url } = answer;
    const isStream = /^\s*text\/event-stream/i.test(headers.get('content-type') ?? '');
    const tooLong = () =>
      new SottoError({ kind: 'protocol', message: `${what} sent an answer of more than ${mostBytes / 1_000_000} MB.`, status });
    const body = answer.body.pipeThrough(isStream ? boundedEvents(mostBytes, tooLong) : bounded(mostBytes, tooLong));
    // An answer that is made here would have no address.
    return Object.defineProperty(new Response(body, { status, statusText, headers }), 'url', { value: url });
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

function bounded(mostBytes: number, tooLong: () => Error): TransformStream<Bytes, Bytes> {
  let length = 0;
  return new TransformStream({
    transform(bytes, controller) {
      length += bytes.length;
      if (length > mostBytes) controller.error(tooLong());
      else controller.enqueue(bytes);
    },
  });
}

const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** A stream may go on for ever, and none of its events may: an empty line ends one. */
function boundedEvents(mostBytes: number, tooLong: () => Error): TransformStream<Bytes, Bytes> {
  let length = 0;
  let isLineEmpty = true;
  let wasReturn = false;
  const longest = (bytes: Bytes): number => {
    let most = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      // Both characters of a line end are one.
      const isSecond = byte === LINE_FEED && wasReturn;
      wasReturn = byte === CARRIAGE_RETURN;
      if (isSecond) continue;
      length += 1;
      most = Math.max(most, length);
      const isEnd = byte === LINE_FEED || wasReturn;
      if (isEnd && isLineEmpty) length = 0;
      isLineEmpty = isEnd;
    }
    return most;
  };
  return new TransformStream({
    transform(bytes, controller) {
      if (longest(bytes) > mostBytes) controller.error(tooLong());
      else controller.enqueue(bytes);
    },
  });
}
