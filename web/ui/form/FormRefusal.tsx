import { clock } from "../../format.ts";
import type { ApiError } from "../../http.ts";
import { Notice } from "../Notice.tsx";

/** Why a form was refused as a whole, and from when on it may be sent again. */
export const FormRefusal = ({ title, error }: { title: string; error: ApiError }) => (
  <Notice meaning={error.status === 429 ? "warning" : "danger"} title={title}>
    {error.detail}
    {error.retryAt ? ` Try again at ${clock(error.retryAt)}.` : null}
    {error.requestId && error.status >= 500 ? (
      <span class="notice-request">
        Request <bdi dir="ltr">{error.requestId}</bdi>
      </span>
    ) : null}
  </Notice>
);
