// Elements without a framework, and without innerHTML: whatever a ledger holds stays text.
export const byId = (id) => document.getElementById(id);

/** `element("p.note", { title: "…" }, "text", child…)` */
export function element(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag);
  node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const digits = new Intl.NumberFormat("en", { signDisplay: "auto" });
const signed = new Intl.NumberFormat("en", { signDisplay: "exceptZero" });

/** 1,234 with a real minus sign. */
export const figure = (value) => digits.format(value).replace("-", "−");
export const signedFigure = (value) => signed.format(value).replace("-", "−");

/** 21:04:07.312 */
export function clock(unixMs = Date.now()) {
  const at = new Date(unixMs);
  return `${at.toTimeString().slice(0, 8)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
