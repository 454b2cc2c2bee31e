// The page: asks the simulator what is new and hands it to the desk; the tools stand in modules of their own.

import * as clock from "./clock.js";
import * as control from "./control.js";
import { arrange, forget, phones } from "./desk.js";
import "./people.js";
import "./guide.js";
import "./drawer.js";
import "./tour.js";
import "./timebar.js";
import "./inspector.js";
import "./faults.js";
import "./account.js";
import "./shelf.js";

const WAIT_SECONDS = 9;

const gone = document.querySelector(".gone");
let version = -1;
let epoch = "";

function apply(state) {
  clock.set(state.now, state.account.timezone, !state.clock || state.clock.running);
  if (state.epoch !== epoch) forget();
  epoch = state.epoch;
  version = state.version;
  arrange(state);
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function listen() {
  for (;;) {
    const asked = version;
    const begun = performance.now();
    try {
      apply(await control.get("state", { since: version, epoch, wait: version < 0 ? 0 : WAIT_SECONDS }));
      gone.hidden = true;
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      gone.hidden = false;
      await pause(2000);
    }
    // the server answers at once when too many pages wait: then this page looks once a second instead
    if (asked === version && performance.now() - begun < 1000) await pause(1000);
  }
}

setInterval(() => {
  for (const phone of phones.values()) phone.tick();
}, 5000);
listen();
