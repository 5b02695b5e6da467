// What does the page with all connectors show?

import { h } from "./dom.js";
import { count, label, many, rate, short, span, UNKNOWN } from "./format.js";
import { chosen, groupOf, GROUPS } from "./model.js";
import { badge, buttons, button, cell, head, link, spark, trace, typed } from "./parts.js";

const COLUMNS = [["State"], ["Connector"], ["Tasks"], ["Records/s", "number"], ["Lag", "number"], ["Dead letters", "number"], ["Restarts", "number"], ["Actions", "actions"]];

const MOST = 8; // squares
const LONG = 60; // seconds

const add = (connectors, what) => {
  const known = connectors.map(({ total }) => total[what]).filter((value) => value !== null);
  return known.length ? known.reduce((one, other) => one + other, 0) : null;
};

const tile = (name, value, { note = "", tone = "" } = {}) =>
  h("div", { class: "tile", "data-tone": tone }, h("dt", {}, name), h("dd", {}, value, note && h("small", {}, note)));

/** What stands above the filter: the sums over all connectors. */
export function overview(connectors, worker) {
  const failed = connectors.filter((each) => groupOf(each) === "failed").length;
  const running = connectors.filter((each) => groupOf(each) === "running").length;
  const dead = add(connectors, "dead_lettered");
  const sums = h(
    "dl",
    { class: "tiles", "data-key": "tiles" },
    tile("Running", count(running), { note: ` of ${count(connectors.length)}` }),
    tile("Failed", count(failed), { tone: failed ? "bad" : "" }),
    tile("Records/s", rate(add(connectors, "delivered_rate"))),
    tile("Lag", short(add(connectors, "lag"))),
    tile("Dead letters", short(dead), { tone: dead ? "warn" : "" }),
  );
  return [h("h1", { class: "hidden", "data-key": "title" }, "Connectors"), connectors.length > 0 && sums, notices(worker)].filter(Boolean);
}

/** What is wrong with the worker itself. */
function notices(worker) {
  const { abandoned = 0, unusable_plugins: unusable = [] } = worker ?? {};
  const said = [
    abandoned > 0 && h("li", { "data-key": "abandoned" }, h("b", {}, many(abandoned, "call")), " of plugin code did not end and ", abandoned === 1 ? "was" : "were", " left behind. They may still hold a thread and memory: the worker's log names the code; a restart of the worker frees them."),
    unusable.length > 0 && h("li", { "data-key": "unusable" }, h("b", {}, many(unusable.length, "plugin")), " cannot be used: ", h("a", { href: "#/plugins" }, "see why"), "."),
  ].filter(Boolean);
  return said.length > 0 && h("ul", { class: "notices", "data-key": "notices", "aria-label": "Notices" }, ...said);
}

function tasksText(connector) {
  const { tasks, own } = connector;
  if (!tasks.length) return own === "RUNNING" ? h("span", { class: "warn" }, "no tasks") : UNKNOWN;
  const running = tasks.filter((task) => task.state === "RUNNING" || task.state === "FINISHED").length;
  const failed = connector.failed.length;
  const squares = tasks.slice(0, MOST).map((task) => h("span", { class: "square", "data-state": task.state }));
  return [
    h("span", { class: "squares", "aria-hidden": "true" }, ...squares, tasks.length > MOST && "…"),
    h("span", {}, `${running}/${tasks.length}`, h("span", { class: "hidden" }, " running")),
    failed > 0 && h("span", { class: "hidden" }, `, ${failed} failed`),
  ];
}

/** How long the oldest record has been under way, when that is long. */
function waits({ total }) {
  return total.oldest >= LONG && h("span", { class: "waits" }, `a record waits ${span(total.oldest)}`);
}

const toned = (value, tone) => (value ? { class: `number ${tone}` } : { class: "number" });

function row(connector) {
  const { name, total, history } = connector;
  return h(
    "tr",
    { role: "row", "data-key": `row ${name}`, "data-row": name },
    cell("State", {}, badge(connector.state), waits(connector)),
    h("th", { role: "rowheader", scope: "row" }, link(name, { class: "name", title: name.length > 60 ? name : null }), typed(connector)),
    cell("Tasks", { class: "tasks" }, ...[tasksText(connector)].flat()),
    cell("Records/s", { class: "number" }, spark(history), h("span", {}, rate(total.delivered_rate))),
    cell("Lag", { class: "number" }, short(total.lag)),
    cell("Dead letters", toned(total.dead_lettered, "warn"), short(total.dead_lettered)),
    cell("Restarts", toned(total.restarts, "warn"), count(total.restarts)),
    cell("Actions", { class: "actions" }, buttons(connector)),
  );
}

/** Below a connector that failed: why. */
function reason(connector) {
  const shown = connector.failed.slice(0, 3).map((task) => trace(task.trace, `Task ${task.id}`, task.id));
  if (connector.trace) shown.unshift(trace(connector.trace, "Connector", "own"));
  if (!shown.some(Boolean)) return null;
  const more = connector.failed.length - 3;
  const rest = more > 0 && h("p", {}, link(connector.name, { "aria-label": `${many(more, "more failed task")} of ${connector.name}` }));
  return h("tr", { role: "row", class: "reason", "data-key": `why ${connector.name}` }, h("td", { role: "cell", colspan: COLUMNS.length }, ...shown, rest));
}

function nothing(all) {
  if (all.length) return h("p", { class: "empty", "data-key": "nothing" }, "No connector matches. ", h("button", { type: "button", class: "button", "data-action": "clear" }, "Show all"));
  return h("p", { class: "empty", "data-key": "nothing" }, "This worker has no connectors yet. Create one with ", h("code", {}, "connectsdk apply"), " or ", h("code", {}, "POST /connectors"), ".");
}

/** Everything below the filter. */
export function listView(all, { words, group }) {
  const connectors = chosen(all, words, group);
  const failed = connectors.filter((each) => groupOf(each) === "failed");
  const title = h(
    "div",
    { class: "title", "data-key": "title" },
    h("p", { class: "muted" }, connectors.length === all.length ? many(all.length, "connector") : `${connectors.length} of ${many(all.length, "connector")}`),
    h("span", { class: "grow" }),
    failed.length > 1 && button("restart-all-failed", "", `Restart all failed (${failed.length})`, { about: "what is shown" }),
  );
  const shown = connectors.length
    ? h(
        "table",
        { class: "table", role: "table", "aria-label": "Connectors", "data-key": "table" },
        head(COLUMNS),
        h("tbody", { role: "rowgroup" }, ...connectors.flatMap((each) => [row(each), reason(each)])),
      )
    : nothing(all);
  return connectors.length ? [title, shown] : [shown];
}

/** The choice of a group of states, as radio buttons with their counts. */
export function groupChoice(all, group) {
  return GROUPS.filter((each) => each !== "other" || each === group || all.some((one) => groupOf(one) === each)).map((each) => {
    const number = each === "all" ? all.length : all.filter((one) => groupOf(one) === each).length;
    return h(
      "label",
      { class: "chip", "data-key": each, "data-group": each, "data-some": number > 0 ? "yes" : "no" },
      h("input", { type: "radio", name: "group", value: each, checked: each === group }),
      h("span", {}, label(each.toUpperCase()), " ", h("b", {}, count(number))),
    );
  });
}
