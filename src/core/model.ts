/** What is known of a model. Everything but its id may be unknown, and unknown is absent. */

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];
export const VERBOSITIES = ['low', 'medium', 'high'] as const;
export type Verbosity = (typeof VERBOSITIES)[number];

export type Range = { min: number; max: number };

export type ModelInfo = {
  id: string;
  /** Vendor's name for people. */
  name?: string;
  /** Tokens of input and output together that fit. */
  contextWindow?: number;
  /** Most tokens of one answer. */
  maxOutput?: number;
  abilities?: {
    /** Takes pictures. */
    images?: boolean;
    tools?: boolean;
    /** Thinks before it answers. */
    reasoning?: boolean;
    /** Takes a JSON schema natively. */
    schema?: boolean;
  };
  parameters?: ModelParameters;
  /** YYYY-MM or YYYY-MM-DD. */
  knowledge?: string;
  released?: string;
  /** YYYY-MM-DD: from this day on it is refused. */
  retires?: string;
  /** What its maker names instead. */
  successor?: string;
  /** Where these facts are from. */
  source?: 'table' | 'provider' | 'configuration';
};

/** Which knobs a model takes: false = refuses it, a range or list = takes these values, absent = not known. */
export type ModelParameters = {
  temperature?: Range | false;
  topP?: Range | false;
  seed?: boolean;
  stop?: boolean;
  effort?: readonly Effort[] | false;
  verbosity?: readonly Verbosity[] | false;
};
