/** Holds values against a JSON schema, and says in words for a model what is wrong. */
import type { JsonObject } from '../core/json.ts';

/** What is wrong with the value; undefined: nothing. */
export type ValueCheck = (value: unknown) => string | undefined;

/** Throws where the schema itself is broken. The validator is only loaded here. */
export async function compileSchema(schema: JsonObject): Promise<ValueCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const formats = (await import('ajv-formats')).default;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true, logger: false });
  // The package is CommonJS: under ESM its function is the default export's own default.
  const addFormats = typeof formats === 'function' ? formats : (formats as { default: typeof formats.default }).default;
  addFormats(ajv);
  const { $schema: _dialect, ...rules } = schema;
  const validate = ajv.compile(rules);
  return (value) => (validate(value) ? undefined : (validate.errors ?? []).slice(0, 5).map(complaintOf).join('; '));
}

type Complaint = { instancePath?: string; message?: string; params?: Record<string, unknown> };

function complaintOf({ instancePath, message, params }: Complaint): string {
  const detail = params?.additionalProperty ?? (Array.isArray(params?.allowedValues) ? params.allowedValues.join(', ') : undefined);
  return `${instancePath || 'the value'} ${message ?? 'is wrong'}${detail ? ` (${detail})` : ''}`;
}
