/** A stylesheet that Vite turns into one of the page's own; importing it loads it. */
declare module '*.css';

/** A file that the build puts beside the page; its address there. */
declare module '*?url' {
  const url: string;
  export default url;
}
