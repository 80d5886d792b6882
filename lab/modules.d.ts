/** Formulas by name, as MathML (build/tex.mjs). */
declare module "*.tex" {
  const formulas: Readonly<Record<string, string>>;
  export default formulas;
}
