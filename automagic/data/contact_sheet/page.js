"use strict";
const plan = JSON.parse(document.getElementById("plan").textContent);
const boxes = [...document.querySelectorAll("input[name=clip]")];
const command = document.getElementById("command");
const save = document.getElementById("save");
const chosen = () => new Set(boxes.filter((box) => box.checked).map((box) => box.value));

function show() {
  const count = chosen().size;
  document.getElementById("count").textContent = `${count} of ${boxes.length} chosen`;
  save.disabled = count === 0;
  command.textContent = `automagic clips ${command.dataset.recording} --plan-file chosen.json`;
}

save.addEventListener("click", () => {
  const ids = chosen();
  const kept = { ...plan, clips: plan.clips.filter((clip) => ids.has(clip.id)) };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 2)], { type: "application/json" }));
  link.download = "chosen.json";
  link.click();
  URL.revokeObjectURL(link.href);
});
for (const box of boxes) {
  box.hidden = false;
  box.addEventListener("change", show);
}
document.getElementById("choice").hidden = false;
show();
