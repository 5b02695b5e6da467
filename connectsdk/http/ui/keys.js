// What do keys do?

const LETTERS = { p: ["pause", "resume"], r: ["restart"], f: ["restart-failed"], s: ["stop"] };
const ROWS = "[data-row]";
const STORED = "connectsdk.keys";

const $ = (id) => document.getElementById(id);

function remembered() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true; // storage is forbidden here
  }
}

function remember(on) {
  try {
    localStorage.setItem(STORED, on ? "on" : "off");
  } catch {
    // then it holds until the page is closed
  }
}

/** The connector or task that the focus is in. */
const rowOf = (node) => node.closest(ROWS) ?? (node.closest(".reason") ? node.closest(".reason").previousElementSibling : null);

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)];
  if (!rows.length) return;
  const here = rows.indexOf(rowOf(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  const target = rows[next].querySelector("a, button");
  target?.focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function press(actions) {
  const place = rowOf(document.activeElement) ?? document.querySelector("#view > .title");
  for (const action of actions) {
    const button = place?.querySelector(`button[data-action="${action}"]`) ?? null;
    if (button) {
      button.focus();
      button.click();
      return true;
    }
  }
  return false;
}

/** Listen to single keys, unless somebody types, a dialog is open, or they are switched off. */
export function listen() {
  $("keys-on").checked = remembered();
  $("keys-on").addEventListener("change", () => remember($("keys-on").checked));
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !$("keys-on").checked) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (handle(event.key)) event.preventDefault();
  });
}

function handle(key) {
  if (Object.hasOwn(LETTERS, key)) return press(LETTERS[key]);
  switch (key) {
    case "/":
      if ($("filter").hidden) return false;
      $("search").focus();
      $("search").select();
      return true;
    case "j":
    case "k":
      move(key === "j" ? 1 : -1);
      return true;
    case "h":
      $("hold").click();
      return true;
    case "?":
      $("help").showModal();
      return true;
    default:
      return false;
  }
}
