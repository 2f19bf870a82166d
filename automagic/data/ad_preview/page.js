"use strict";
for (const box of document.querySelectorAll("[data-shuffler]")) {
  const combinations = [...box.querySelectorAll(".combinations > ol > li")];
  const ad = box.querySelector(".search");
  const clashes = box.querySelector(":scope > .clashes");
  const steps = box.querySelector(".steps");
  let at = 0;
  const take = (target, source) => target.replaceChildren(...source.cloneNode(true).childNodes);
  steps.addEventListener("click", (event) => {
    const step = Number(event.target.value);
    if (!step) return;
    at = Math.min(combinations.length - 1, Math.max(0, at + step));
    for (const part of [".heads", ".descs"]) take(ad.querySelector(part), combinations[at].querySelector(part));
    take(clashes, combinations[at].querySelector(".clashes"));
    steps.querySelector("[value='-1']").disabled = at === 0;
    steps.querySelector("[value='1']").disabled = at === combinations.length - 1;
    steps.querySelector("output").textContent = `${at + 1} of ${combinations.length}`;
  });
  steps.hidden = combinations.length < 2;
}

const picks = [...document.querySelectorAll(".pick input")];
const choice = document.getElementById("choice");
const folder = decodeURIComponent(location.pathname).replace(/\/[^/]*$/, "") || "FOLDER";
const quoted = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
function tell() {
  const not = picks.filter((pick) => pick.checked).map((pick) => pick.value);
  choice.hidden = not.length === 0;
  choice.querySelector("output").textContent = `${not.length} not; this rejects them, and approves all others:`;
  choice.querySelector("code").textContent =
    `automagic ads approve ${quoted} --all ${not.map((id) => `--reject ${id}`).join(" ")}`;
}
for (const pick of picks) {
  pick.closest("label").hidden = false;
  pick.addEventListener("change", tell);
}
tell();
