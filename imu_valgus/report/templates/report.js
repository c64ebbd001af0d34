"use strict";
(function () {
  var config = {
    displaylogo: false,
    responsive: true,
    scrollZoom: false,
    modeBarButtons: [["toImage"]],
  };
  var plots = Array.prototype.slice.call(document.querySelectorAll(".plot"));

  plots.forEach(function (plot) {
    var figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    plot.textContent = "";
    Plotly.newPlot(plot, figure.data, figure.layout, config);
  });

  // Paper is narrower than most screens, and printing sends no resize: two figures side by side.
  window.addEventListener("beforeprint", function () {
    plots.forEach(function (plot) {
      Plotly.relayout(plot, { width: 326, height: 0.76 * plot.layout.height, autosize: false });
    });
  });
  window.addEventListener("afterprint", function () {
    plots.forEach(function (plot) {
      Plotly.relayout(plot, { width: null, height: plot.layout.height / 0.76, autosize: true });
    });
  });
})();
