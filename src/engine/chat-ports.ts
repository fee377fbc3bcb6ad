/** What a chat needs of the world around it. */
import type { SottoError } from '../core/errors.ts';
import type { HostedTool } from '../core/hosted.ts';
import type { ModelInfo } from '../core/model.ts';
import type { RequestParameters } from '../core/provider.ts';
import type { Toolbox } from '../core/toolbox.ts';
import type { Store } from '../store/store.ts';
import type { ModelSettings } from './choose.ts';
import type { ConductorPorts } from './conductor.ts';
import type { Directory } from './directory.ts';
import type { ModelListPorts } from './model-lists.ts';

export type ChatPorts = ConductorPorts & {
  settings: ModelSettings;
  defaults: ChatDefaults;
  directory: Directory;
  lists: ModelListPorts;
  /** Always the same store, opened when it is first asked for; undefined: there is none, and none is to be made. Rejects where it cannot be opened. */
  openStore: () => Promise<Store | undefined>;
  /** Ends every wait for the store. */
  interrupted: AbortSignal;
  /** Closes it, if it was opened. */
  closeStore: () => Promise<void>;
  /** The folder the user is in. */
  folder: string;
  notice: (message: string) => void;
  /** What is said from now on may not be kept; told once, until it works again. */
  onFailure: (error: SottoError) => void;
  /** Tools that run on the provider's side; undefined: none. Throws where they cannot be named. */
  hosted?: () => readonly HostedTool[] | undefined;
  /** The tools of the next turn; undefined: none. */
  toolbox?: (facts: ToolboxFacts) => Promise<Toolbox | undefined>;
};

/** What the user has set for every chat. */
export type ChatDefaults = {
  parameters: RequestParameters;
  /** The user's instructions for the model. */
  system: string | undefined;
  /** They were given for this run: they win over those of a conversation that goes on. */
  isSystemGiven: boolean;
  /** Conversations are kept. */
  saves: boolean;
  isPrivate: boolean;
  /** Most rounds of tool calls in a turn. */
  maxSteps: number;
  /** The model that is asked for titles; undefined: none. */
  titleModel: string | undefined;
};

/** For whom the tools are. */
export type ToolboxFacts = {
  provider: string;
  model: string;
  /** What is known of the model. */
  facts: ModelInfo | undefined;
  /** Undefined before the first turn that is kept. */
  conversation: string | undefined;
  /** Nothing was said before in this conversation. */
  isBeginning: boolean;
};
