/** A file's text, by the bundler. */
declare module "*.jsonl?raw" {
  const text: string;
  export default text;
}
