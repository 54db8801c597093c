import { render } from "preact";
import "./ui/base.css";
import "./state/preferences.ts";
import { App } from "./routes.tsx";

const root = document.getElementById("app");
if (root) render(<App />, root);
