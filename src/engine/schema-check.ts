/** Holds values against a JSON schema, and says in words for a model what is wrong. */
import type { JsonObject } from '../core/json.ts';

/** What is wrong with the value; undefined: nothing. */
export type ValueCheck = (value: unknown) => string | undefined;

/** Throws where the schema itself is broken. The validator is only loaded here. */
export async function compileSchema(schema: JsonObject): Promise<ValueCheck> {
  validator ??= openValidator();
  const ajv = await validator;
  const { $schema: _dialect, ...rules } = schema;
  const validate = ajv.compile(rules);
  return (value) => (validate(value) ? undefined : (validate.errors ?? []).slice(0, 5).map(complaintOf).join('; '));
}

/** Made once: that takes longer than any schema. */
let validator: ReturnType<typeof openValidator> | undefined;

async function openValidator() {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const formats = (await import('ajv-formats')).default;
  // Schemas of different tools may have the same id, and are not remembered by it.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true, logger: false, addUsedSchema: false });
  // The package is CommonJS: under ESM its function is the default export's own default.
  const addFormats = typeof formats === 'function' ? formats : (formats as { default: typeof formats.default }).default;
  addFormats(ajv);
  return ajv;
}

type Complaint = { instancePath?: string; message?: string; params?: Record<string, unknown> };

function complaintOf({ instancePath, message, params }: Complaint): string {
  const detail = params?.additionalProperty ?? (Array.isArray(params?.allowedValues) ? params.allowedValues.join(', ') : undefined);
  return `${instancePath || 'the value'} ${message ?? 'is wrong'}${detail ? ` (${detail})` : ''}`;
}
