// How are numbers, names and times written?

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const LABELS = { RUNNING: "Running", FAILED: "Failed", DEGRADED: "Degraded", PAUSED: "Paused", STOPPED: "Stopped" };

export const UNKNOWN = "–";

/** A count in full: 1,234,567. */
export const count = (value) => (value === null || value === undefined ? UNKNOWN : WHOLE.format(value));

/** A count that may be large: 1.2M. */
export const short = (value) => {
  if (value === null || value === undefined) return UNKNOWN;
  return value < 10000 ? WHOLE.format(Math.round(value)) : SHORT.format(value);
};

/** Records per second: slow ones with a decimal. */
export const rate = (value) => {
  if (value === null || value === undefined) return UNKNOWN;
  return value > 0 && value < 10 ? value.toFixed(1) : short(value);
};

/** RUNNING as people read it. */
export const label = (state) => LABELS[state] ?? state.charAt(0) + state.slice(1).toLowerCase();

/** A class without its package. */
export const shortClass = (name) => name.slice(name.lastIndexOf(".") + 1);

/** A length of time: 3 s, 4 min, 2 h, 5 d. */
export const span = (seconds) => {
  const steps = [[86400, "d"], [3600, "h"], [60, "min"]];
  const [size, unit] = steps.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
};

/** The word with its number: 1 task, 2 tasks. */
export const many = (number, word) => `${count(number)} ${word}${number === 1 ? "" : "s"}`;

/** The first line of a trace that says something. */
export const firstLine = (trace) => trace.split("\n").find((line) => line.trim()) ?? "";
