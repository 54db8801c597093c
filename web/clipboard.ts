/** Whether the text is in the clipboard now; browsers may refuse it outside a direct press. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
