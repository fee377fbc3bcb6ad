/** What makes every Node that sotto runs on read TypeScript, also 22.14, which does not by itself: for programs that tests start from the sources. */
export const READS_TYPESCRIPT = ['--experimental-strip-types', '--no-warnings'] as const;
