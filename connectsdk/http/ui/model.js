// What do the worker's answers say about its connectors?

const KEPT = 60; // looks
const WINDOW = 10; // seconds
const SUMS = [
  "read", "delivered", "filtered", "skipped", "dead_lettered", "failed", "returned", "in_flight", "retried",
  "commits", "commit_failures", "restarts", "read_rate", "delivered_rate", "lag",
];

const sum = (tasks, name) => {
  const known = tasks.map((task) => task.facts?.[name]).filter((value) => Number.isFinite(value));
  return known.length ? known.reduce((total, value) => total + value, 0) : null;
};

/** Remembers what counters were, to tell how fast they go now. */
export class Rates {
  #samples = new Map();
  #history = new Map();

  /** Return a task's facts with its rates over the last seconds; the worker's own until there are two looks. */
  take(key, seconds, facts) {
    const sample = { seconds, read: facts.read, delivered: facts.delivered };
    const kept = (this.#samples.get(key) ?? []).filter((each) => seconds - each.seconds <= WINDOW);
    this.#samples.set(key, [...kept, sample]);
    const [first] = kept;
    const rate = (what) => {
      if (!first || sample[what] < first[what] || seconds <= first.seconds) return facts[`${what}_rate`] ?? null;
      return (sample[what] - first[what]) / (seconds - first.seconds);
    };
    return { ...facts, read_rate: rate("read"), delivered_rate: rate("delivered") };
  }

  /** Return the latest rates of a connector, this one last. */
  history(name, rate) {
    const kept = [...(this.#history.get(name) ?? []), rate ?? 0].slice(-KEPT);
    this.#history.set(name, kept);
    return kept;
  }

  /** Forget connectors that are gone. */
  keep(names) {
    for (const name of this.#history.keys()) if (!names.has(name)) this.#history.delete(name);
    for (const key of this.#samples.keys()) if (!names.has(JSON.parse(key)[0])) this.#samples.delete(key);
  }
}

/** How a connector fares as a whole: degraded when only some of its tasks failed. */
function overall(state, tasks) {
  const failed = tasks.filter((task) => task.state === "FAILED").length;
  if (state === "FAILED" || (failed && failed === tasks.length)) return "FAILED";
  return failed ? "DEGRADED" : state;
}

function task(name, seconds, status, facts, rates) {
  if (!facts) return { ...status, facts: null };
  const finished = facts.state === "finished" && status.state === "RUNNING";
  return { ...status, state: finished ? "FINISHED" : status.state, facts: rates.take(JSON.stringify([name, status.id]), seconds, facts) };
}

function connector(name, seconds, { info, status, facts }, rates) {
  const found = new Map((facts?.tasks ?? []).map((each) => [each.id, each]));
  const tasks = status.tasks.map((each) => task(name, seconds, each, found.get(each.id), rates));
  const { config } = info;
  const own = status.connector;
  const made = {
    name,
    type: status.type ?? info.type ?? "unknown",
    className: config["connector.class"] ?? "",
    config,
    topics: (config.topics ?? config["topics.regex"] ?? config.topic ?? "").split(",").filter(Boolean),
    deadLetterTopic: config["errors.deadletterqueue.topic.name"] ?? "",
    own: own.state,
    state: overall(own.state, tasks),
    worker: own.worker_id,
    trace: own.trace ?? null,
    tasks,
    failed: tasks.filter((each) => each.state === "FAILED"),
    total: { ...Object.fromEntries(SUMS.map((what) => [what, sum(tasks, what)])), oldest: Math.max(0, ...tasks.map((each) => each.facts?.unsettled_age ?? 0)) },
    abandoned: facts?.abandoned ?? 0,
  };
  made.history = found.size ? rates.history(name, made.total.delivered_rate) : [];
  return made;
}

/** Put together what the page shows. Without facts it goes without counters. */
export function build(seconds, expanded, rates) {
  const complete = Object.entries(expanded).filter(([, each]) => each.info && each.status);
  rates.keep(new Set(complete.map(([name]) => name)));
  return complete.map(([name, each]) => connector(name, seconds, each, rates)).sort((one, other) => (one.name < other.name ? -1 : 1));
}

export const GROUPS = ["all", "running", "failed", "paused", "stopped", "other"];

/** The group of states that a connector is counted in. */
export const groupOf = ({ state }) => {
  if (state === "DEGRADED") return "failed";
  const group = state.toLowerCase();
  return GROUPS.includes(group) ? group : "other";
};

/** Which connectors are meant by a search and a group of states. */
export function chosen(connectors, words, group) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return connectors.filter((each) => {
    const text = [each.name, each.className, each.type, ...each.topics].join(" ").toLowerCase();
    return wanted.every((word) => text.includes(word)) && (group === "all" || groupOf(each) === group);
  });
}

/** Say in words what changed between two looks. */
export function changes(before, after) {
  const known = new Map(before.map((each) => [each.name, each.state]));
  const said = after
    .filter((each) => known.has(each.name) && known.get(each.name) !== each.state)
    .map((each) => `${each.name} is ${each.state.toLowerCase()}, was ${known.get(each.name).toLowerCase()}`);
  const names = new Set(after.map((each) => each.name));
  said.push(...before.filter((each) => !names.has(each.name)).map((each) => `${each.name} is gone`));
  said.push(...after.filter((each) => before.length && !known.has(each.name)).map((each) => `${each.name} is new`));
  return said.length > 5 ? [`${said.length} connectors changed`] : said;
}
