// Which parts do several views show?

import { h } from "./dom.js";
import { firstLine, label, shortClass } from "./format.js";

// Shapes beside the colours: a state is told without seeing colours, too.
const ICONS = {
  RUNNING: "M5 3.5v9l7-4.5z",
  FAILED: "M4 4l8 8M12 4l-8 8",
  DEGRADED: "M8 3v6M8 12.5v.5",
  PAUSED: "M5.5 3.5v9M10.5 3.5v9",
  STOPPED: "M4.5 4.5h7v7h-7z",
  RESTARTING: "M12 5a5 5 0 1 0 1 3M12.500 2v3.500h-3.500",
};

/** A state as a badge: shape, colour and word. */
export function badge(state) {
  const icon = h("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, h("path", { d: ICONS[state] ?? "M4 8h8" }));
  return h("span", { class: "badge", "data-state": state }, icon, label(state));
}

/** A button that asks for a change; `app.js` listens. */
export function button(action, name, text, { task = null, kind = "", about = name } = {}) {
  const spoken = task === null ? `${text}: ${about}` : `${text}: task ${task} of ${about}`;
  return h("button", { type: "button", class: `button ${kind}`, "data-action": action, "data-name": name, "data-task": task, "aria-label": spoken, "data-key": action }, text);
}

/** What can be asked for in a state. */
export function buttons(connector) {
  const { name, state, own } = connector;
  const idle = own === "PAUSED" || own === "STOPPED";
  const failed = state === "FAILED" || state === "DEGRADED";
  return h(
    "div",
    { class: "buttons" },
    failed && button("restart-failed", name, "Restart failed", { kind: "strong" }),
    idle ? button("resume", name, "Resume", { kind: "strong" }) : button("pause", name, "Pause"),
    own !== "STOPPED" && button("restart", name, "Restart"),
    own !== "STOPPED" && button("stop", name, "Stop", { kind: "danger" }),
  );
}

/** Why something failed: its first line, and all of it on demand. */
export function trace(text, what, key) {
  if (!text) return null;
  const line = firstLine(text);
  return h(
    "details",
    { class: "trace", "data-key": `trace-${key}` },
    h("summary", {}, h("strong", {}, what), " ", h("span", { class: "line" }, line)),
    h("pre", { tabindex: "0", "aria-label": `Trace of ${what}` }, text),
  );
}

/** How fast it went lately, as a line. */
export function spark(values) {
  if (values.length < 2) return h("svg", { class: "spark", viewBox: "0 0 60 20", "aria-hidden": "true" });
  const highest = Math.max(...values, 1);
  const points = values.map((value, at) => `${(60 - values.length + at + 1).toFixed(0)},${(18 - (16 * value) / highest).toFixed(1)}`);
  return h("svg", { class: "spark", viewBox: "0 0 60 20", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, h("polyline", { points: points.join(" ") }));
}

/** A cell of a table that becomes a card on a narrow screen. */
export const cell = (name, props, ...children) => h("td", { role: "cell", "data-label": name, ...props }, h("div", {}, ...children));

/** The head of such a table. */
export function head(columns) {
  const cells = columns.map(([text, kind]) => h("th", { role: "columnheader", scope: "col", class: kind }, text));
  return h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...cells));
}

/** A text that may break after its dots. */
export const dotted = (text) => text.split(/(?<=[.])/).flatMap((each, at) => (at ? [h("wbr", {}), each] : [each]));

export const typed = ({ type, className }) =>
  h("span", { class: "class" }, h("span", { class: "kind" }, type), " ", h("span", { title: className }, shortClass(className)));

/** A link to a connector's page. */
export const link = (name, props = {}) => h("a", { href: `#/connectors/${encodeURIComponent(name)}`, ...props }, name);
