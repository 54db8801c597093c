/** What a mail's link carries behind the `#`: no server ever sees it there. Empty when it carries nothing. */
export const mailToken = (): string => decodeURIComponent(location.hash.slice(1));
