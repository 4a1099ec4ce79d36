import type { GraphQLFormattedError } from 'graphql';

/** The data of an answer, written as JSON already; it goes out as it stands. */
export class AnswerText {
  constructor(readonly text: string) {}

  /** The data itself, for whoever wants to look into it. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

interface Answer {
  data?: unknown;
  errors?: readonly GraphQLFormattedError[];
  extensions?: unknown;
}

/** The body of an answer: Apollo Server's `stringifyResult` that takes prepared data. */
export function answerBody(answer: Answer): string {
  const { data, errors, extensions } = answer;
  if (!(data instanceof AnswerText)) return JSON.stringify(answer);
  const before = errors === undefined ? '' : `"errors":${JSON.stringify(errors)},`;
  const after = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  return `{${before}"data":${data.text}${after}}`;
}
