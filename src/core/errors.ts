/** The one error class, and the one table that says what each kind of failure means for retry, fallback and exit code. */

export type ErrorKind =
  | 'cancelled'
  | 'timeout'
  | 'network'
  | 'overloaded'
  | 'rate_limit'
  | 'quota'
  | 'authentication'
  | 'configuration'
  | 'invalid_request'
  | 'not_found'
  | 'context_length'
  | 'unsupported'
  | 'content_filter'
  | 'protocol'
  | 'budget'
  | 'usage'
  | 'internal';

type ErrorPolicy = {
  /** May the same request be sent to the same provider again? */
  retry: boolean;
  /** May another provider be asked instead? */
  fallBack: boolean;
  /** Does it count as a sign that the provider is down? */
  trips: boolean;
  exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 130;
};

export const ERROR_POLICY = {
  cancelled: { retry: false, fallBack: false, trips: false, exitCode: 130 },
  timeout: { retry: true, fallBack: true, trips: true, exitCode: 4 },
  network: { retry: true, fallBack: true, trips: true, exitCode: 4 },
  overloaded: { retry: true, fallBack: true, trips: true, exitCode: 4 },
  rate_limit: { retry: true, fallBack: true, trips: false, exitCode: 6 },
  quota: { retry: false, fallBack: true, trips: false, exitCode: 6 },
  authentication: { retry: false, fallBack: true, trips: false, exitCode: 3 },
  configuration: { retry: false, fallBack: true, trips: false, exitCode: 3 },
  invalid_request: { retry: false, fallBack: false, trips: false, exitCode: 5 },
  not_found: { retry: false, fallBack: true, trips: false, exitCode: 5 },
  context_length: { retry: false, fallBack: true, trips: false, exitCode: 5 },
  unsupported: { retry: false, fallBack: true, trips: false, exitCode: 5 },
  content_filter: { retry: false, fallBack: true, trips: false, exitCode: 5 },
  protocol: { retry: true, fallBack: true, trips: true, exitCode: 4 },
  budget: { retry: false, fallBack: false, trips: false, exitCode: 6 },
  usage: { retry: false, fallBack: false, trips: false, exitCode: 2 },
  internal: { retry: false, fallBack: false, trips: false, exitCode: 1 },
} as const satisfies Record<ErrorKind, ErrorPolicy>;

/** The provider refused what the request holds: sent again, it would be refused again. */
export const REFUSALS: readonly ErrorKind[] = ['invalid_request', 'context_length', 'unsupported', 'content_filter'];

/** Failures that nobody charges for, unless the model had begun before them. */
export const UNCHARGED: readonly ErrorKind[] = [
  'network',
  'overloaded',
  'rate_limit',
  'quota',
  'authentication',
  'configuration',
  'invalid_request',
  'not_found',
  'context_length',
  'unsupported',
  'budget',
  'usage',
];

export type ErrorDetails = {
  kind: ErrorKind;
  /** What happened, to what. A provider's own words are kept. */
  message: string;
  /** What to do next. */
  hint?: string;
  /** HTTP status, where there was an answer. */
  status?: number;
  provider?: string;
  /** How long the provider asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** The provider's id for the request, for its support. */
  requestId?: string;
  /** False where the provider said that trying again is of no use. */
  retryable?: boolean;
  cause?: unknown;
};

export class SottoError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly provider: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly retryable: boolean;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SottoError';
    this.kind = details.kind;
    this.hint = details.hint;
    this.status = details.status;
    this.provider = details.provider;
    this.retryAfterMs = details.retryAfterMs;
    this.requestId = details.requestId;
    this.retryable = details.retryable ?? ERROR_POLICY[details.kind].retry;
  }

  get exitCode(): number {
    return exitCodeOf(this.kind);
  }
}

export function exitCodeOf(kind: ErrorKind): number {
  return ERROR_POLICY[kind].exitCode;
}

/** The error as plain JSON: what `turn.end` and `--output json` carry. Absent facts are null. */
export type ErrorReport = {
  kind: ErrorKind;
  message: string;
  hint: string | null;
  status: number | null;
  provider: string | null;
  retryAfterMs: number | null;
  requestId: string | null;
};

export function reportOf(error: SottoError): ErrorReport {
  return {
    kind: error.kind,
    message: error.message,
    hint: error.hint ?? null,
    status: error.status ?? null,
    provider: error.provider ?? null,
    retryAfterMs: error.retryAfterMs ?? null,
    requestId: error.requestId ?? null,
  };
}

/** Anything thrown, as the one class. What we did not foresee is a bug of ours and says so. */
export function asSottoError(thrown: unknown): SottoError {
  if (thrown instanceof SottoError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SottoError({
    kind: 'internal',
    message: `sotto failed: ${message}`,
    hint: 'This is a bug in sotto. Run again with -v for the details and report it.',
    cause: thrown,
  });
}

export function usageError(message: string, hint?: string): SottoError {
  return new SottoError({ kind: 'usage', message, ...(hint === undefined ? {} : { hint }) });
}

export function configurationError(message: string, hint?: string): SottoError {
  return new SottoError({ kind: 'configuration', message, ...(hint === undefined ? {} : { hint }) });
}

export function cancelledError(): SottoError {
  return new SottoError({ kind: 'cancelled', message: 'Cancelled.' });
}

/** What the system or a library calls a failure, such as ENOENT; undefined where it has no name. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && thrown.code !== undefined ? String(thrown.code) : undefined;
}
