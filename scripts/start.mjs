// npm start: sets up what is missing, then shows the lecture's character recognition.

import "./setup.mjs";

process.argv.splice(2, 0, "experiment", "twos");
await import("../bin/harmonium.js");
