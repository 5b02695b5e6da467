// What can an operator ask for, and what is said before it is done?

import * as api from "./api.js";

const $ = (id) => document.getElementById(id);

const ACTIONS = {
  pause: {
    title: (name) => `Pause ${name}?`,
    text: "Its tasks deliver and commit what is in flight, then wait. Nothing is lost; resume it to go on.",
    yes: "Pause",
    send: api.pause,
    done: (name) => `${name} is being paused`,
  },
  resume: {
    title: (name) => `Resume ${name}?`,
    text: "It goes on from its committed offsets.",
    yes: "Resume",
    send: api.resume,
    done: (name) => `${name} is being resumed`,
  },
  stop: {
    title: (name) => `Stop ${name}?`,
    text: "The connector and all its tasks end. Its configuration and offsets stay; resume it to start it again.",
    yes: "Stop",
    danger: true,
    send: api.stop,
    done: (name) => `${name} is being stopped`,
  },
  restart: {
    title: (name) => `Restart ${name}?`,
    text: "The connector and all its tasks are stopped and started again. Records that were in flight are read again.",
    yes: "Restart",
    send: api.restart,
    done: (name) => `${name} is being restarted`,
  },
  "restart-failed": {
    title: (name) => `Restart what has failed of ${name}?`,
    text: "Only the failed parts are started again; tasks that run are left alone.",
    yes: "Restart failed",
    send: api.restartFailed,
    done: (name) => `The failed parts of ${name} are being restarted`,
  },
  "restart-task": {
    title: (name, task) => `Restart task ${task} of ${name}?`,
    text: "This task alone is stopped and started again. Its records that were in flight are read again.",
    yes: "Restart task",
    send: api.restartTask,
    done: (name, task) => `Task ${task} of ${name} is being restarted`,
  },
};

/** Ask for the failed parts of several connectors. */
const several = (names) => ({
  title: () => `Restart what has failed of ${names.length} connectors?`,
  text: "Only the failed parts are started again; tasks that run are left alone.",
  yes: "Restart failed",
  send: async () => {
    for (const name of names) await api.restartFailed(name);
  },
  done: () => `The failed parts of ${names.length} connectors are being restarted`,
});

function show(action, name, task) {
  $("confirm-title").textContent = action.title(name, task);
  $("confirm-text").textContent = action.text;
  $("confirm-error").textContent = "";
  $("confirm-yes").textContent = action.yes;
  $("confirm-yes").classList.toggle("danger", Boolean(action.danger));
  $("confirm-yes").classList.toggle("strong", !action.danger);
  $("confirm-yes").disabled = false;
  $("confirm").showModal();
  $("confirm-no").focus();
}

/** Ask whether it is meant, do it, and return what to say; null when it was not done. */
export function change({ action: wanted, name, task = null, names = [] }) {
  const action = wanted === "restart-all-failed" ? several(names) : ACTIONS[wanted];
  const dialog = $("confirm");
  if (!action || dialog.open) return Promise.resolve(null);
  show(action, name, task);
  return new Promise((resolve) => {
    let said = null;
    const carryOut = async () => {
      $("confirm-yes").disabled = true;
      $("confirm-error").textContent = "";
      try {
        await action.send(name, task);
        said = action.done(name, task);
        dialog.close("yes");
      } catch (error) {
        $("confirm-error").textContent = `That did not work: ${error.message}`;
        $("confirm-yes").disabled = false;
      }
    };
    $("confirm-yes").onclick = carryOut;
    dialog.onclose = () => resolve(said);
  });
}
