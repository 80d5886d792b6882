/** CSV in Node: the library's reader over csv-parse's build for Node. */

import { parse } from "csv-parse/sync";
import { type CsvOptions, type CsvSplitter, type CsvTable, parseCsv as parseTable } from "../data/csv.js";

export const splitCsv: CsvSplitter = (text, options) => parse(text, options);

/** As `parseCsv` of the library, and with its errors. */
export const parseCsv = (text: string, name: string, options?: CsvOptions): CsvTable =>
  parseTable(text, name, splitCsv, options);
