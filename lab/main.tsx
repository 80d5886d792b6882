import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/controls.css";
import "./styles/networks.css";
import "./styles/learning.css";
import "./styles/runs.css";
import { render } from "preact";
import { App } from "./app/app.js";

render(<App />, document.getElementById("app") as HTMLElement);
document.getElementById("waits")?.remove();
