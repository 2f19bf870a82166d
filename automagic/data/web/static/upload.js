// A file is sent in parts, each from where the last ended; a page that is left and opened again begins a new one.
"use strict";

const PART = 8 << 20;

async function send(file, address, progress) {
  const told = (response) => response.json().then((problem) => { throw new Error(problem.detail); });
  const begun = await fetch(address, { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: file.name, size: file.size }) });
  if (!begun.ok) await told(begun);
  const { id } = await begun.json();
  for (let offset = 0; offset < file.size;) {
    const part = file.slice(offset, offset + PART);
    const answer = await fetch(`${address}/${id}`, { method: "PATCH", body: part,
      headers: { "content-type": "application/offset+octet-stream", "upload-offset": String(offset) } });
    if (!answer.ok) await told(answer);
    offset += part.size;
    progress.value = offset / file.size;
  }
  return id;
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-uploads]"), drop = document.getElementById("drop");
  if (!form || !drop) return;
  const file = document.getElementById("file"), progress = document.getElementById("sent");
  const said = document.getElementById("sent-told"), upload = document.getElementById("upload");
  drop.hidden = false;
  if (upload.value) said.textContent = "A file was sent.";
  const take = async (one) => {
    if (!one) return;
    progress.hidden = false;
    said.textContent = `Sending ${one.name}…`;
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      upload.value = await send(one, form.dataset.uploads, progress);
      said.textContent = `${one.name} was sent.`;
    } catch (error) {
      said.textContent = `${one.name} was not sent: ${error.message}.`;
    }
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  };
  file.addEventListener("change", () => take(file.files[0]));
  for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); });
  drop.addEventListener("drop", (event) => take(event.dataTransfer.files[0]));
});
