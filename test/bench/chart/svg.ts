/** An element of a drawing, as text. */
export type Svg = string;

type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, content: readonly Svg[] | string = []): Svg {
  const inner = typeof content === "string" ? escaped(content) : content.join("");
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(number(value))}"`);
  return `<${name}${written.join("")}>${inner}</${name}>\n`;
}

/** A drawing that stands on any ground, light or dark, and says in words what it shows. */
export function drawing(title: string, { width, height }: { width: number; height: number }, content: Svg[]): Svg {
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const font = { "font-family": "system-ui, sans-serif", "font-size": 12 };
  return element("svg", { xmlns: "http://www.w3.org/2000/svg", role: "img", ...size, ...font }, [
    element("title", {}, title),
    element("style", {}, style),
    ...content,
  ]);
}

const style = `
.ink { fill: #24292f } .faint { fill: #6e7781 } .rule { stroke: #d0d7de; fill: none }
.good { fill: #2da44e } .bad { fill: #cf222e } .bound { stroke: #cf222e; fill: none }
@media (prefers-color-scheme: dark) {
  .ink { fill: #e6edf3 } .faint { fill: #8d96a0 } .rule { stroke: #3d444d }
}
`;

const number = (value: string | number): string => (typeof value === "number" ? String(+value.toFixed(1)) : value);

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
