import * as z from "zod/mini";
import { Browser } from "./agency.ts";

const documentSchema = z.object({
  openapi: z.string(),
  info: z.object({ title: z.string(), version: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  components: z.object({ securitySchemes: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  paths: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
});

/** `openapi.json` as the app serves it. */
export const openApiDocument = async (): Promise<z.infer<typeof documentSchema>> =>
  documentSchema.parse(await (await new Browser().fetch("/api/openapi.json")).json());

export interface Operation {
  method: string;
  /** With its parameters in braces, `/api/v1/creators/{id}`. */
  path: string;
  described: Record<string, unknown>;
}

/** Every operation of the API. */
export const operations = async (): Promise<Operation[]> =>
  Object.entries((await openApiDocument()).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, described })),
  );
