// What does the page with the plugins show?

import { h } from "./dom.js";
import { dotted } from "./parts.js";
import { count, shortClass } from "./format.js";

const TYPES = [["source", "Sources"], ["sink", "Sinks"], ["converter", "Converters"], ["header_converter", "Header converters"], ["transformation", "Transforms"], ["predicate", "Predicates"]];

const item = ({ class: name, version }) =>
  h("li", { "data-key": name }, h("strong", {}, shortClass(name)), version && h("span", { class: "version" }, ` ${version}`), h("span", { class: "class" }, dotted(name)));

function group(title, type, found) {
  const items = found.filter((each) => each.type === type).sort((one, other) => (one.class < other.class ? -1 : 1));
  if (!items.length) return null;
  return h("section", { class: "card", "data-key": type, "aria-labelledby": `h-${type}` }, h("h2", { id: `h-${type}` }, `${title} `, h("small", {}, count(items.length))), h("ul", { class: "plugins" }, ...items.map(item)));
}

/** What is installed and cannot be used, and why. */
function unusable(found) {
  if (!found.length) return null;
  const items = found.map(({ name, type, path, distribution, reason }) =>
    h("li", { "data-key": `${type} ${name}` }, h("strong", {}, name), h("span", { class: "class" }, dotted(`${type}, ${path}${distribution ? ` of ${distribution}` : ""}`)), h("p", { class: "wrong" }, reason)),
  );
  return h("section", { class: "card", "data-key": "unusable", "aria-labelledby": "h-unusable" }, h("h2", { id: "h-unusable" }, "Cannot be used ", h("small", {}, count(found.length))), h("ul", { class: "plugins" }, ...items));
}

/** All plugins, by type. */
export function pluginsView(found, worker) {
  const title = h("div", { class: "title", "data-key": "title" }, h("h1", {}, "Plugins"));
  if (found === null) return [title, h("p", { class: "empty", "data-key": "empty" }, "Asking the worker …")];
  if (found instanceof Error) return [title, h("p", { class: "wrong", "data-key": "wrong" }, `Cannot be read: ${found.message}`)];
  const groups = TYPES.map(([type, name]) => group(name, type, found)).filter(Boolean);
  const shown = groups.length ? h("div", { class: "masonry", "data-key": "groups" }, ...groups) : h("p", { class: "empty", "data-key": "empty" }, "This worker has no plugins.");
  return [title, unusable(worker?.unusable_plugins ?? []), shown].filter(Boolean);
}
