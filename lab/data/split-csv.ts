/** CSV in a page: csv-parse's build for browsers, which is loaded when a CSV file is opened. The library reads what it splits. */

import { parse } from "csv-parse/browser/esm/sync";
import type { CsvSplitter } from "#src/index.js";

export const splitCsv: CsvSplitter = (text, options) => parse(text, options);
