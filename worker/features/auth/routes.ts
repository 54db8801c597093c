import { Hono } from "hono";
import * as z from "zod/mini";
import {
  accountSchema,
  loginSchema,
  registerSchema,
  steppedUpSchema,
  stepUpSchema,
} from "../../../domain/records/account.ts";
import type { AppEnv } from "../../env.ts";
import { notForKeys } from "../../http/api-key.ts";
import { checked, describe, smallJsonBody } from "../../http/contract.ts";
import { door } from "../../http/rate-limit.ts";
import { sameOrigin } from "../../http/same-origin.ts";
import { signedInToSetUp } from "../../http/session.ts";
import { refresh, register, signIn, signOut } from "./service.ts";
import { stepUp } from "./step-up.ts";

const tag = "Sign-in";

export const auth = new Hono<AppEnv>()
  .use(notForKeys, sameOrigin)
  .post(
    "/register",
    describe({
      tag,
      summary: "Registers an agency and signs its first owner in",
      credential: "none",
      answers: { 201: accountSchema },
    }),
    door("register"),
    smallJsonBody,
    checked(registerSchema),
    async (c) => c.json(await register(c, c.req.valid("json")), 201),
  )
  .post(
    "/login",
    describe({ tag, summary: "Signs in", credential: "none", answers: { 200: accountSchema } }),
    door("signIn"),
    smallJsonBody,
    checked(loginSchema),
    async (c) => c.json(await signIn(c, c.req.valid("json"))),
  )
  .post(
    "/refresh",
    describe({ tag, summary: "Renews the session's cookies", credential: "refresh", answers: { 200: accountSchema } }),
    async (c) => c.json(await refresh(c)),
  )
  .post(
    "/logout",
    describe({ tag, summary: "Signs out", credential: "none", answers: { 200: z.object({}) } }),
    async (c) => {
      await signOut(c);
      return c.json({});
    },
  )
  .post(
    "/step-up",
    describe({
      tag,
      summary: "Shows that it is still the same person, for ten minutes of what asks for that",
      credential: "session",
      answers: { 200: steppedUpSchema },
    }),
    signedInToSetUp,
    smallJsonBody,
    checked(stepUpSchema),
    async (c) => c.json(await stepUp(c, c.req.valid("json"))),
  );
