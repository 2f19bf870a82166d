// Charts of what the page tells in words: live figures by their data-value, days out of the table below them.
"use strict";
(() => {
  const MOST = 400, series = new Map();
  const ink = () => getComputedStyle(document.body).color;
  const accent = () => getComputedStyle(document.querySelector("a")).color;
  const axis = () => ({ stroke: ink(), grid: { stroke: "#8884" }, ticks: { stroke: "#8884" } });
  const draw = (place, label, data, options = {}) => new uPlot({ width: Math.min(place.clientWidth || 320, 1100), height: 160, legend: { show: false }, cursor: { show: false },
    axes: [axis(), axis()], series: [{}, { label, stroke: accent(), width: 2, ...options }] }, data, place);

  function note() {
    const now = Date.now() / 1000, charts = document.getElementById("charts");
    if (!charts) return;
    for (const figure of document.querySelectorAll("[data-figure]")) {
      const name = figure.dataset.figure;
      let one = series.get(name);
      if (!one) {
        const place = document.createElement("figure");
        const caption = document.createElement("figcaption");
        caption.textContent = `${name}, ${figure.dataset.unit}`;
        place.append(caption);
        charts.append(place);
        one = { data: [[], []], place };
        series.set(name, one);
      }
      one.data[0].push(now);
      one.data[1].push(Number(figure.dataset.value));
      if (one.data[0].length > MOST) one.data.forEach((column) => column.shift());
      if (one.data[0].length < 2) continue;
      if (!one.chart) one.chart = draw(one.place, name, one.data);
      else one.chart.setData(one.data);
    }
  }
  document.addEventListener("DOMContentLoaded", () => {
    note();
    const place = document.getElementById("history"), table = document.getElementById("history-table");
    if (!place || !table) return;
    const rows = [...table.querySelectorAll("tbody tr")];
    draw(place, "Runs", [rows.map((row) => Number(row.dataset.at)), rows.map((row) => Number(row.cells[1].textContent))], { paths: uPlot.paths.bars({ size: [0.7, 60] }), fill: accent() });
  });
  document.addEventListener("htmx:after:swap", note);
})();
