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
