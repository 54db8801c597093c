import * as z from "zod/mini";

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  requestId: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The problem document of a refusal. Throws when the answer is none. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  if (response.headers.get("Content-Type") !== "application/problem+json")
    throw new Error(`${response.status} is no problem document: ${text.slice(0, 300)}`);
  const problem = problemSchema.parse(JSON.parse(text));
  if (problem.status !== response.status)
    throw new Error(`A problem of ${problem.status} came with ${response.status}`);
  return problem;
}

/** Status and code of a refusal, as `"409 handle_taken"`. */
export async function refusal(response: Response): Promise<string> {
  const { status, code } = await problemOf(response);
  return `${status} ${code}`;
}

/** The fields that a 422 names. */
export async function refusedFields(response: Response): Promise<string[]> {
  const { status, errors = [] } = await problemOf(response);
  if (status !== 422) throw new Error(`${status}, not 422`);
  return errors.map((error) => error.path);
}

/** Status and `<meta name="code">` of a page, as `"403 denied"`; `"200 "` where it has none. */
export const pageCode = (response: Response, html: string): string =>
  `${response.status} ${/<meta name="code" content="([^"]*)"/.exec(html)?.[1] ?? ""}`;
