/** The tool that calculates exactly, so that the model need not guess digits. */
import { textAt } from '../core/json.ts';
import type { Tool } from '../core/tool.ts';
import { evaluate } from './expression.ts';
import { failed } from './file-access.ts';
import { CalculationError, textOf } from './rational.ts';

export function createCalculate(): Tool {
  return {
    name: 'calculate',
    description: 'Exact arithmetic.',
    parameters: {
      type: 'object',
      properties: {
        expression: {
          type: 'string',
          description:
            '+ - * / ^ ! ( ); 15% is 0.15, a % b the remainder; sqrt, abs, min, max, round(x, digits), floor, ceil, gcd, ln, log(x, base), exp, sin (radians), pi, e',
        },
      },
      required: ['expression'],
      additionalProperties: false,
    },
    access: 'none',
    source: 'built-in',
    async run(args) {
      try {
        return { output: textOf(evaluate(textAt(args, 'expression') ?? '')) };
      } catch (thrown) {
        if (thrown instanceof CalculationError) return failed(thrown.message);
        throw thrown;
      }
    },
  };
}
