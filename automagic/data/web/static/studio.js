// What every page does with a script: local times, and news of jobs from one stream for all tabs of this browser.
"use strict";

const TIMES = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function writeTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    time.title = time.textContent;
    time.textContent = TIMES.format(new Date(time.dateTime));
  }
}

// One tab at a time holds the stream (Web Locks) and tells the others: a browser opens six connections to a host, and a
// stream in each tab would leave none for the seventh.
function followJobs(address) {
  const channel = new BroadcastChannel("automagic-jobs");
  const tell = (jobs) => document.body.dispatchEvent(new CustomEvent("jobs", { detail: jobs }));
  channel.onmessage = (message) => tell(message.data);
  navigator.locks.request("automagic-jobs", () => new Promise(() => {
    const stream = new EventSource(address);
    stream.addEventListener("jobs", (event) => {
      const { jobs } = JSON.parse(event.data);
      channel.postMessage(jobs);
      tell(jobs);
    });
  }));
}

// A page that shows one job is told only of changes of that one.
document.addEventListener("DOMContentLoaded", () => {
  writeTimes(document);
  const shown = document.querySelector("[data-job]");
  const said = document.getElementById("said");
  const states = new Map();
  document.body.addEventListener("jobs", ({ detail: jobs }) => {
    for (const job of jobs) {
      const before = states.get(job.id);
      states.set(job.id, job.state);
      if (before && before !== job.state && said) said.textContent = `${job.title}: ${job.state}`;
      if (shown && shown.dataset.job === job.id) shown.dispatchEvent(new CustomEvent("changed", { detail: job }));
    }
    document.body.dispatchEvent(new CustomEvent("changed"));
  });
  if (document.body.dataset.events) followJobs(document.body.dataset.events);
});
document.addEventListener("htmx:after:swap", () => writeTimes(document));
