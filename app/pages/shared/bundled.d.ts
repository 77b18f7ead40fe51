/** A stylesheet that Vite turns into one of the page's own; importing it loads it. */
declare module '*.css';
