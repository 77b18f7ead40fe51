/** What the bundler makes of a text file. */
declare module '*?raw' {
  const text: string;
  export default text;
}
