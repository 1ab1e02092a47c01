import { isDeepStrictEqual } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type ConformanceCase, check } from './check.js';

/** The options as the factory gets them. @throws Error that lists every issue. */
export async function validOptions<S extends StandardSchemaV1>(
  schema: S,
  options: unknown,
): Promise<StandardSchemaV1.InferOutput<S>> {
  const result = await schema['~standard'].validate(options);
  check(result.issues === undefined, `valid options ${JSON.stringify(options)}`, messages(result.issues));
  return result.value as StandardSchemaV1.InferOutput<S>;
}

/** What every definition's options schema promises; `required`: there are options without a default. */
export function optionCases(
  name: string,
  schema: StandardSchemaV1,
  options: Readonly<Record<string, unknown>>,
  required: boolean,
): ConformanceCase[] {
  return [
    {
      name: `${name}: refuses unknown options`,
      async run() {
        const { issues } = await schema['~standard'].validate({ ...options, 'no-such-option': 1 });
        check((issues?.length ?? 0) > 0, 'an issue for the unknown option "no-such-option"', 'none');
      },
    },
    required
      ? {
          name: `${name}: says which options are required`,
          async run() {
            const { issues } = await schema['~standard'].validate({});
            check((issues?.length ?? 0) > 0, 'an issue for {}, because options are required', 'none');
          },
        }
      : {
          name: `${name}: {} gives valid defaults`,
          run: async () => void (await validOptions(schema, {})),
        },
    {
      name: `${name}: options survive JSON`,
      async run() {
        for (const input of required ? [options] : [{}, options]) {
          const valid = await validOptions(schema, input);
          const restored: unknown = JSON.parse(JSON.stringify(valid));
          check(isDeepStrictEqual(restored, valid), `${show(valid)} after a JSON round trip`, show(restored));
          const again = await validOptions(schema, restored);
          check(isDeepStrictEqual(again, valid), `${show(valid)} when validated again`, show(again));
        }
      },
    },
  ];
}

function messages(issues: readonly StandardSchemaV1.Issue[] | undefined): string {
  return (issues ?? []).map(({ message, path }) => `${pathOf(path)}: ${message}`).join('; ');
}

function pathOf(path: StandardSchemaV1.Issue['path']): string {
  return (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
