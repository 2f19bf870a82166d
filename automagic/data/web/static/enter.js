// The key of the printed link stands behind #, which is sent to nobody: this page sends it. Who pastes the link while this
// page is open changes only what is behind the #, and loads nothing anew.
"use strict";
function comeIn() {
  const key = location.hash.slice(1);
  if (!key) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("key").value = key;
  document.getElementById("enter").submit();
}
document.addEventListener("DOMContentLoaded", comeIn);
addEventListener("hashchange", comeIn);
