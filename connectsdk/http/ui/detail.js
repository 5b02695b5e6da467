// What does the page of one connector show?

import { h } from "./dom.js";
import { count, many, rate, short, span } from "./format.js";
import { mask } from "./mask.js";
import { badge, button, buttons, cell, dotted, head, spark, trace, typed } from "./parts.js";

const TASKS = [["State"], ["Task"], ["Read/s", "number"], ["Delivered/s", "number"], ["In flight", "number"], ["Lag", "number"], ["Skipped", "number"], ["Dead letters", "number"], ["Retries", "number"], ["Restarts", "number"], ["Actions", "actions"]];
const LAW = [["read", "Read"], ["delivered", "Delivered"], ["filtered", "Filtered"], ["skipped", "Skipped", "warn"], ["dead_lettered", "Dead letters", "warn"], ["failed", "Failed", "bad"], ["returned", "Returned"], ["in_flight", "In flight"]];
const MOST = 200;
const VERDICTS = { waiting: "It waits", slow: "It is slow", stuck: "It is stuck" };

const section = (key, title, ...children) =>
  h("section", { class: "card", "data-key": key, "aria-labelledby": `h-${key}` }, h("h2", { id: `h-${key}` }, title), ...children);

function taskRow(connector, task) {
  const facts = task.facts ?? {};
  const due = facts.next_restart_in;
  const restarts = Number.isFinite(due) ? `${count(facts.restarts)}, next in ${span(due)}` : count(facts.restarts);
  const row = h(
    "tr",
    { role: "row", "data-key": `task ${task.id}`, "data-row": connector.name, "data-row-task": task.id },
    cell("State", {}, badge(task.state)),
    h("th", { role: "rowheader", scope: "row" }, `Task ${task.id}`, h("span", { class: "class" }, task.worker_id)),
    cell("Read/s", { class: "number" }, rate(facts.read_rate)),
    cell("Delivered/s", { class: "number" }, rate(facts.delivered_rate)),
    cell("In flight", { class: "number" }, short(facts.in_flight)),
    cell("Lag", { class: "number" }, short(facts.lag)),
    cell("Skipped", { class: "number" }, short(facts.skipped)),
    cell("Dead letters", { class: facts.dead_lettered ? "number warn" : "number" }, short(facts.dead_lettered)),
    cell("Retries", { class: "number" }, short(facts.retried)),
    cell("Restarts", { class: facts.restarts ? "number warn" : "number" }, restarts),
    cell("Actions", { class: "actions" }, button("restart-task", connector.name, "Restart", { task: task.id })),
  );
  const why = task.trace ?? facts.error;
  if (!why) return [row];
  const title = task.state === "FAILED" ? `Task ${task.id} failed` : `Task ${task.id}, last failure`;
  return [row, h("tr", { role: "row", class: "reason", "data-key": `why ${task.id}` }, h("td", { role: "cell", colspan: TASKS.length }, trace(why, title, task.id)))];
}

function tasks(connector) {
  if (!connector.tasks.length) return section("tasks", "Tasks", h("p", { class: "empty" }, connector.own === "STOPPED" ? "A stopped connector has no tasks." : "It has no tasks now."));
  const rows = connector.tasks.flatMap((task) => taskRow(connector, task));
  return section("tasks", "Tasks", h("table", { class: "table", role: "table", "aria-labelledby": "h-tasks" }, head(TASKS), h("tbody", { role: "rowgroup" }, ...rows)));
}

function records({ total, history, deadLetterTopic }) {
  if (total.read === null) return null;
  const shown = LAW.map(([what, name, tone]) => h("div", { class: "tile", "data-tone": total[what] ? tone : "" }, h("dt", {}, name), h("dd", { title: count(total[what]) }, short(total[what]))));
  return section(
    "records",
    "Where the records went",
    h("div", { class: "flow" }, spark(history), h("span", {}, h("b", {}, rate(total.delivered_rate)), " delivered/s")),
    h("dl", { class: "tiles small" }, ...shown),
    deadLetterTopic && h("p", { class: "muted" }, "Dead letters go to ", h("code", {}, deadLetterTopic), ". Look at them with ", h("code", {}, "connectsdk dlq list"), "."),
  );
}

/** Why it is slow or stuck, as far as the worker knows, and what to do. */
function why(found) {
  if (!found || !["waiting", "slow", "stuck"].includes(found.verdict)) return null;
  const tone = found.verdict === "waiting" ? "" : "warn";
  return h("section", { class: "card explained", "data-key": "explained", "data-tone": tone, "aria-labelledby": "h-explained" }, h("h2", { id: "h-explained" }, VERDICTS[found.verdict]), h("p", {}, found.cause), found.remedy && h("p", { class: "muted" }, found.remedy));
}

const left = ({ abandoned }) =>
  abandoned > 0 && h("p", { class: "notices", "data-key": "left" }, h("b", {}, many(abandoned, "call")), ` of its code did not end and ${abandoned === 1 ? "was" : "were"} left behind: the worker's log says where. A thread may still run it.`);

function config({ config }) {
  const keys = Object.keys(config).sort();
  const rows = keys.flatMap((key) => {
    const { text, hidden } = mask(key, config[key]);
    return [h("dt", {}, dotted(key)), h("dd", {}, dotted(text), hidden && h("span", { class: "lock" }, " hidden"))];
  });
  return section("config", "Configuration", h("dl", { class: "pairs" }, ...rows));
}

const pairs = (value) => (value === null || typeof value !== "object" ? String(value) : Object.entries(value).map(([key, each]) => `${key}=${typeof each === "object" ? JSON.stringify(each) : each}`).join(", "));

function offsets(found) {
  if (found === null) return h("p", { class: "muted" }, "Asking …");
  if (found instanceof Error) return h("p", { class: "wrong" }, `Cannot be read: ${found.message}`);
  if (!found.length) return h("p", { class: "empty" }, "None committed yet.");
  const rows = found.slice(0, MOST).map((each) =>
    h("tr", { role: "row" }, h("th", { role: "rowheader", scope: "row" }, pairs(each.partition)), cell("Offset", {}, each.offset === null ? "none" : pairs(each.offset))),
  );
  const table = h("table", { class: "table plain", role: "table", "aria-labelledby": "h-offsets" }, head([["Partition"], ["Offset"]]), h("tbody", { role: "rowgroup" }, ...rows));
  return [table, found.length > MOST && h("p", { class: "muted" }, `and ${many(found.length - MOST, "more partition")}`)];
}

function topics(found) {
  if (found === null) return h("p", { class: "muted" }, "Asking …");
  if (found instanceof Error) return h("p", { class: "wrong" }, `Cannot be read: ${found.message}`);
  if (!found.length) return h("p", { class: "empty" }, "None used yet.");
  return h("ul", { class: "topics" }, ...found.map((each) => h("li", {}, h("code", {}, each))));
}

/** The whole page of a connector; `extra` holds what is asked for only here. */
export function detailView(connector, extra) {
  return [
    h("p", { class: "back", "data-key": "back" }, h("a", { href: "#/" }, "← All connectors")),
    h("div", { class: "title", "data-key": "title" }, h("h1", {}, connector.name), badge(connector.state), h("span", { class: "grow" }), buttons(connector)),
    h("p", { class: "facts", "data-key": "facts" }, typed(connector), connector.worker && h("span", {}, `on ${connector.worker}`), h("span", {}, many(connector.tasks.length, "task"))),
    connector.trace && h("div", { class: "reason", "data-key": "why" }, trace(connector.trace, "The connector failed", "own")),
    why(extra.why),
    left(connector),
    tasks(connector),
    records(connector),
    h("div", { class: "columns", "data-key": "columns" }, config(connector), h("div", { "data-key": "second" }, section("offsets", "Offsets", ...[offsets(extra.offsets)].flat()), section("topics", "Topics", topics(extra.topics)))),
  ].filter(Boolean);
}

/** What is shown when there is none of this name. */
export const goneView = (name) => [
  h("p", { class: "back", "data-key": "back" }, h("a", { href: "#/" }, "← All connectors")),
  h("div", { class: "title", "data-key": "title" }, h("h1", {}, name)),
  h("p", { class: "empty", "data-key": "gone" }, "There is no connector of this name."),
];
