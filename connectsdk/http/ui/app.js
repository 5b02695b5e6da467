// How do the parts of the page work together?

import * as api from "./api.js";
import { change } from "./changes.js";
import { detailView, goneView } from "./detail.js";
import { draw, h } from "./dom.js";
import { span } from "./format.js";
import { listen } from "./keys.js";
import { groupChoice, listView, overview } from "./list.js";
import { build, changes, chosen, groupOf, GROUPS, Rates } from "./model.js";
import { pluginsView } from "./plugins.js";
import { Poll } from "./poll.js";

const EXTRA_EVERY = 10; // seconds: offsets cost the worker more than states
const TOAST = 6000;

const $ = (id) => document.getElementById(id);
const rates = new Rates();
const state = { page: { name: "list" }, connectors: null, words: "", group: "all", plugins: null, ours: false, worker: null, workerAsked: -Infinity, extra: null, answered: null, trouble: null, unwilling: false };

const nowSeconds = () => performance.now() / 1000;

// -- where the page is -------------------------------------------------------------------------------------------

function readAddress() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  const [, room = "", name = ""] = path.split("/");
  const asked = new URLSearchParams(query);
  if (room === "connectors" && name !== "") return { name: "detail", connector: decode(name) };
  if (room === "plugins") return { name: "plugins" };
  state.words = asked.get("q") ?? "";
  state.group = GROUPS.includes(asked.get("state")) ? asked.get("state") : "all";
  return { name: "list" };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function writeAddress() {
  const query = new URLSearchParams();
  if (state.words) query.set("q", state.words);
  if (state.group !== "all") query.set("state", state.group);
  const text = query.toString();
  history.replaceState(null, "", text ? `#/?${text}` : "#/");
}

function go() {
  state.page = readAddress();
  state.extra = state.page.name === "detail" ? { connector: state.page.connector, offsets: null, topics: null, why: null, asked: -Infinity } : null;
  $("search").value = state.words;
  $("view").replaceChildren();
  show();
  window.scrollTo(0, 0);
  if (go.before) $("main").focus({ preventScroll: true });
  go.before = true;
  poll.now();
}

// -- what it shows -----------------------------------------------------------------------------------------------

function view() {
  const { page } = state;
  if (page.name === "plugins") return pluginsView(state.plugins, state.worker);
  if (state.connectors === null) return [h("p", { class: "empty" }, state.trouble ? "Nothing is known yet." : "Asking the worker …")];
  if (page.name === "list") return listView(state.connectors, state);
  const found = state.connectors.find((each) => each.name === page.connector);
  return found ? detailView(found, state.extra) : goneView(page.connector);
}

function show() {
  const { page } = state;
  $("filter").hidden = page.name !== "list" || !state.connectors?.length;
  if (!$("filter").hidden) {
    draw($("states"), ...groupChoice(state.connectors, state.group));
    for (const input of $("states").querySelectorAll("input")) input.checked = input.value === state.group;
  }
  draw($("overview"), ...(page.name === "list" && state.connectors ? overview(state.connectors, state.worker) : []));
  draw($("view"), ...view());
  for (const each of document.querySelectorAll("nav a")) {
    if (each.dataset.page === page.name) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
  const failed = (state.connectors ?? []).filter((each) => groupOf(each) === "failed").length;
  const where = { list: "Connectors", plugins: "Plugins", detail: page.connector }[page.name];
  document.title = `${failed ? `(${failed} failed) ` : ""}${where}`;
  showPulse();
}

function showPulse() {
  const away = state.trouble !== null;
  const tone = away ? "bad" : poll.held ? "held" : state.answered === null ? "wait" : "good";
  const text = { bad: "No answer", held: "On hold", wait: "Connecting", good: "Live" }[tone];
  if ($("pulse").dataset.tone !== tone) $("pulse").dataset.tone = tone;
  if ($("pulse-text").textContent !== text) $("pulse-text").textContent = text;
  $("main").classList.toggle("stale", away);
  $("trouble").hidden = !away;
  if (!away) return;
  const since = state.answered === null ? "" : ` What is shown is ${span(nowSeconds() - state.answered)} old.`;
  const line = `${state.trouble}${since}`;
  if ($("trouble-text").textContent !== line) $("trouble-text").textContent = line;
}

function say(text) {
  $("spoken").textContent = text;
}

function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => ($("toast").textContent = ""), TOAST);
}

// -- what it asks ------------------------------------------------------------------------------------------------

const settled = (promise) => promise.catch((error) => error);

async function askExtra() {
  const { extra } = state;
  if (!extra || nowSeconds() - extra.asked < EXTRA_EVERY) return;
  extra.asked = nowSeconds();
  const { connector } = extra;
  [extra.offsets, extra.topics, extra.why] = await Promise.all([settled(api.offsets(connector)), settled(api.topics(connector)), state.ours ? api.explain(connector).catch(() => null) : null]);
}

async function askWorker() {
  const connectors = build(nowSeconds(), await api.connectors(), rates);
  if (state.connectors !== null) {
    const said = changes(state.connectors, connectors);
    if (said.length) say(said.join(". "));
  }
  state.connectors = connectors;
  if (!$("footer").hasChildNodes()) await askOnce();
  if (state.ours && nowSeconds() - state.workerAsked >= EXTRA_EVERY) {
    state.workerAsked = nowSeconds();
    state.worker = await api.workerFacts();
  }
  if (state.page.name === "plugins") state.plugins = await settled(api.plugins());
  const known = state.page.name === "detail" && connectors.some((each) => each.name === state.page.connector);
  if (known) await askExtra();
}

async function askOnce() {
  const { version, commit = "", kafka_cluster_id: cluster } = await api.worker();
  state.ours = commit.startsWith("connectsdk-"); // Java's worker has no answer to what only ours is asked
  const own = state.ours ? commit.replace("-", " ") : version; // it answers as a version of Kafka Connect, and has one of its own
  const parts = [["Version", own], ["REST API of Kafka Connect", state.ours && version], ["Kafka cluster", cluster]].filter(([, value]) => value);
  draw($("footer"), ...parts.map(([name, value]) => h("span", {}, `${name} `, h("code", {}, value))));
}

async function ask() {
  try {
    await askWorker();
    if (state.trouble !== null) say("The worker answers again");
    state.answered = nowSeconds();
    state.trouble = null;
  } catch (error) {
    if (!(error instanceof api.ApiError)) throw error;
    const what = error.status === 0 ? "The worker cannot be reached" : "The worker refuses to answer";
    state.trouble = `${what}: ${error.message.replace(/[.]$/, "")}.`;
    if (error.status === 401 && !state.unwilling && !$("sign-in").open) $("sign-in").showModal();
  } finally {
    show();
  }
  return state.trouble === null;
}

// -- what people do ----------------------------------------------------------------------------------------------

async function act(button) {
  const { action, name, task } = button.dataset;
  if (action === "clear") {
    Object.assign(state, { words: "", group: "all" });
    $("search").value = "";
    writeAddress();
    show();
    $("search").focus();
    return;
  }
  const names = chosen(state.connectors, state.words, state.group).filter((each) => groupOf(each) === "failed").map((each) => each.name);
  const said = await change({ action, name, task: task ?? null, names });
  if (said === null) return;
  toast(said);
  if (state.extra) state.extra.asked = -Infinity;
  await poll.now();
  setTimeout(() => poll.held || poll.now(), 400);
}

const poll = new Poll(ask);

window.addEventListener("hashchange", go);
$("view").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (button) act(button);
});
$("search").addEventListener("input", () => {
  state.words = $("search").value;
  writeAddress();
  show();
  say(`${chosen(state.connectors ?? [], state.words, state.group).length} shown`);
});
$("states").addEventListener("change", (event) => {
  state.group = event.target.value;
  writeAddress();
  show();
  say(`${chosen(state.connectors ?? [], state.words, state.group).length} shown`);
});
$("hold").addEventListener("click", () => {
  poll.hold(!poll.held);
  $("hold").setAttribute("aria-pressed", String(poll.held));
  showPulse();
});
$("retry").addEventListener("click", () => {
  state.unwilling = false;
  poll.now();
});
$("help-open").addEventListener("click", () => $("help").showModal());
$("skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("main").focus();
});
$("sign-in").addEventListener("close", () => {
  api.signIn($("token").value);
  state.unwilling = $("token").value === "";
  $("token").value = "";
  poll.now();
});
listen();
go();
