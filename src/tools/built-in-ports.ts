/** What the built-in tools need of the world outside: clock, files' borders, child processes and network, as values. */
import type { ChildProcess, SpawnOptions } from 'node:child_process';

export type BuiltInPorts = {
  /** Milliseconds that only grow, for durations. */
  now: () => number;
  /** Milliseconds since 1970. */
  date: () => number;
  /** Name of the user's time zone. */
  timeZone: () => string;
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  /** The user's home folder: what `~` means. */
  home: string;
  /** Folders besides the working folder that the user has granted; asked at each call, so that a grant counts at once. */
  roots: () => readonly string[];
  /** sotto's own files and folders (keys, data base, configuration): no tool reads or writes them. Absolute paths. */
  privatePaths: readonly string[];
  /** Variables that hold keys of providers: no command sees them. */
  keyVariables: readonly string[];
  /** Texts that are keys: a variable that holds one is not passed on either. */
  secrets: () => readonly string[];
  /** `spawn` of node:child_process. */
  spawn: (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;
  /** `process.kill`; a negative id is a group. Throws when nobody has that id. */
  kill: (pid: number, signal: 'SIGTERM' | 'SIGSTOP' | 'SIGKILL') => void;
  /** Longest time of a command for which the model names none, and of a page: the setting `toolTimeout`. */
  timeoutMs: number;
  /** Every address of a host: `dns.promises.lookup(host, { all: true })`. */
  lookup: (host: string) => Promise<readonly HostAddress[]>;
  /** One request to one of the addresses that were checked; never follows a redirect. */
  request: PinnedRequest;
  /** The setting: pages of this machine and of private networks may be fetched. */
  allowPrivateAddresses: () => boolean;
};

export type HostAddress = { address: string; family: number };

export type PageRequest = {
  url: URL;
  /** Where to connect: whatever the name means by then, nothing else is reached. Never empty. */
  addresses: readonly HostAddress[];
  headers: Readonly<Record<string, string>>;
};

/** The body comes decompressed and in pieces, so that it can be given up. */
export type PageResponse = {
  status: number;
  header: (name: string) => string | null;
  body: AsyncIterable<Uint8Array>;
  /** Gives up the connection of a body that is not read. */
  end: () => Promise<void>;
};

export type PinnedRequest = (request: PageRequest, signal: AbortSignal) => Promise<PageResponse>;
