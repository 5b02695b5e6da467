// How is the worker asked? By Kafka Connect's REST API. `expand=facts` is ours; a worker that lacks it ignores it.

const ROOT = new URL("../", import.meta.url);
const READ_SECONDS = 10;
const CHANGE_SECONDS = 90;
let token = null;

/** The worker answered, but not with what was asked for; `status` 0 means that it did not answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Send a token with every request from now on. */
export const signIn = (text) => {
  token = text || null;
};

async function send(method, path) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["Content-Type"] = "application/json";
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  const seconds = method === "GET" ? READ_SECONDS : CHANGE_SECONDS;
  const options = { method, headers, cache: "no-store", signal: AbortSignal.timeout(seconds * 1000) };
  try {
    const answer = await fetch(new URL(path, ROOT), options);
    return [answer, await answer.text()];
  } catch (error) {
    throw new ApiError(0, error.name === "TimeoutError" ? `no answer within ${seconds} s` : "it does not answer");
  }
}

async function call(method, path) {
  const [answer, text] = await send(method, path);
  let body = null;
  try {
    body = text === "" ? null : JSON.parse(text);
  } catch {
    if (answer.ok) throw new ApiError(answer.status, "the answer is not JSON: is this the address of a worker?");
  }
  if (!answer.ok) throw new ApiError(answer.status, String(body?.message ?? `HTTP ${answer.status}`));
  return body;
}

/** One part of a path. Dots alone would be taken for a way up, however they are escaped. */
function part(name) {
  if (/^\.{1,2}$/.test(name)) throw new ApiError(400, "this name cannot be a part of an address");
  return encodeURIComponent(name);
}

const of = (name, rest) => `connectors/${part(name)}/${rest}`;

export const worker = () => call("GET", "");
export const explain = (name) => call("GET", of(name, "explain"));
export const workerFacts = () => call("GET", "worker");
export const connectors = () => call("GET", "connectors?expand=info&expand=status&expand=facts");
export const topics = (name) => call("GET", of(name, "topics")).then((found) => found?.[name]?.topics ?? []);
export const offsets = (name) => call("GET", of(name, "offsets")).then((found) => found?.offsets ?? []);
export const plugins = () => call("GET", "connector-plugins?connectorsOnly=false");
export const pause = (name) => call("PUT", of(name, "pause"));
export const resume = (name) => call("PUT", of(name, "resume"));
export const stop = (name) => call("PUT", of(name, "stop"));
export const restart = (name) => call("POST", of(name, "restart?includeTasks=true&onlyFailed=false"));
export const restartFailed = (name) => call("POST", of(name, "restart?includeTasks=true&onlyFailed=true"));
export const restartTask = (name, task) => call("POST", of(name, `tasks/${Number(task)}/restart`));
