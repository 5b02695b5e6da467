// How is the page drawn? Every text becomes a text node, never markup: names, traces and configurations are hostile.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = new Set(["svg", "path", "polyline", "circle", "rect"]);

/** Make an element. `props` are attributes; null, undefined and false leave one out. */
export function h(tag, props, ...children) {
  const made = SHAPES.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Let `from` show the children of `to`, touching only what differs: focus, selection and open details stay. */
export function draw(from, ...to) {
  const focused = document.activeElement;
  const wanted = document.createDocumentFragment();
  wanted.append(...to);
  morphChildren(from, wanted);
  if (focused !== document.activeElement && focused.isConnected && from.contains(focused)) focused.focus({ preventScroll: true });
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null);
const alike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

function morphChildren(from, to) {
  const wanted = [...to.childNodes];
  const keys = new Set(wanted.map(keyOf).filter(Boolean));
  for (const child of [...from.childNodes]) if (keyOf(child) && !keys.has(keyOf(child))) child.remove();
  const kept = new Map([...from.childNodes].filter(keyOf).map((child) => [keyOf(child), child]));
  let place = from.firstChild;
  for (const next of wanted) {
    const old = keyOf(next) ? kept.get(keyOf(next)) : place;
    if (!old || !alike(old, next)) {
      from.insertBefore(next, place);
      continue;
    }
    if (old === place) place = place.nextSibling;
    else from.insertBefore(old, place);
    morph(old, next);
  }
  while (place) {
    const after = place.nextSibling;
    place.remove();
    place = after;
  }
}

function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  for (const { name } of [...from.attributes]) {
    const opened = name === "open" && from.nodeName === "DETAILS";
    if (!to.hasAttribute(name) && !opened) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  morphChildren(from, to);
}
