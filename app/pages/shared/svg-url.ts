/** SVG as an image: it can neither run a script nor take a style of the page. */
export const svgUrl = (svg: string): string => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
