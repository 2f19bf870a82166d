// The key of the printed link stands behind #, which is sent to nobody: this page sends it.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const key = location.hash.slice(1);
  if (!key) return;
  history.replaceState(null, "", location.pathname);
  document.getElementById("key").value = key;
  document.getElementById("enter").submit();
});
