import { fileURLToPath } from "node:url";
import { defineConfig, type PluginOption } from "vite";
import { assetHeaders } from "./worker/http/security-headers.ts";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the Worker listens while the web app is developed with hot reload. */
const worker = `http://localhost:${process.env.PORT ?? "8787"}`;

/**
 * The app draws nothing before its script runs, so the script may block the first paint: that
 * keeps a theme that was chosen against the system's from flashing the other one first.
 */
const blockFirstPaint: PluginOption = {
  name: "block-first-paint",
  transformIndexHtml: {
    order: "post",
    handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
  },
};

/** The roster is what the app opens on: its chunk is fetched beside the entry, not after it. */
const preloadRoster: PluginOption = {
  name: "preload-roster",
  transformIndexHtml: {
    order: "post",
    handler: (html, { bundle = {} }) => {
      const roster = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.name === "Creators");
      if (roster?.type !== "chunk") return html;
      const chunks = [roster.fileName, ...roster.imports].flatMap((file) => {
        const chunk = bundle[file];
        return chunk?.type === "chunk" ? [chunk] : [];
      });
      const scripts = chunks.map(({ fileName }) => fileName);
      const styles = chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
      const preload = (file: string, attrs: Record<string, string>) =>
        html.includes(file) ? [] : [{ tag: "link", attrs: { ...attrs, href: `/${file}` }, injectTo: "head" as const }];
      return [
        ...scripts.flatMap((file) => preload(file, { rel: "modulepreload" })),
        ...styles.flatMap((file) => preload(file, { rel: "preload", as: "style" })),
      ];
    },
  },
};

/** What the platform serves without asking the Worker carries the same headers. */
const headersOfAssets: PluginOption = {
  name: "headers-of-assets",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "_headers", source: assetHeaders() });
  },
};

export default defineConfig({
  root: at("web"),
  plugins: [blockFirstPaint, preloadRoster, headersOfAssets],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: at("dist/web"),
    emptyOutDir: true,
    assetsDir: "assets",
    // Every asset stays a file of its own: the Content-Security-Policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    target: ["es2022", "chrome111", "safari16.4", "firefox114"],
    rolldownOptions: {
      input: { app: at("web/index.html"), site: at("web/site/site.css") },
      output: {
        // What several pages share comes in one file: the roster opens in few requests, which on a phone is what takes time.
        codeSplitting: {
          groups: [
            { name: "shared", test: /[\\/](web|domain|node_modules)[\\/]/, minShareCount: 2, entriesAware: false },
          ],
        },
        // The pages that the Worker renders link the style sheet and the icon by these fixed names.
        assetFileNames: ({ names }) =>
          names.includes("site.css") || names.includes("icon.svg")
            ? "assets/[name][extname]"
            : "assets/[name]-[hash][extname]",
      },
    },
  },
  server: {
    port: 5173,
    // The Worker's own paths and nothing else: Vite's modules and its own socket live at the root.
    proxy: {
      "^/($|api/|connect/|oauth/|c/|webhooks/|privacy|terms|healthz|robots\\.txt|assets/site\\.css)": {
        target: worker,
        ws: false,
      },
      "/api/v1/live/socket": { target: worker, ws: true },
    },
  },
});
