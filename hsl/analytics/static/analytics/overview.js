// Обзор: the chart, and asking for the newest while somebody looks.

const NEWEST_EVERY = 2_000;

function look(marks) {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    font: getComputedStyle(document.body).fontFamily,
    lines: marks.map((mark) => of(`--mark-${mark}`)),
    text: of("--chart-labels"),
    rule: of("--chart-rule"),
    surface: of("--chart-surface"),
    body: of("--chart-words"),
  };
}

function options({ labels, series }) {
  const seen = look(series.map((line) => line.mark));
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const text = { color: seen.text, fontFamily: seen.font };
  return {
    animation: false,
    color: seen.lines,
    grid: { left: 8, right: 16, top: 12, bottom: 4, containLabel: true },
    legend: { show: false },
    tooltip: {
      trigger: "axis",
      renderMode: "richText", // an HTML tooltip carries inline styles, which the content security policy blocks
      backgroundColor: seen.surface,
      borderColor: seen.rule,
      textStyle: { color: seen.body, fontFamily: seen.font },
      valueFormatter: (value) => number.format(value),
    },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: labels.length === 1,
      axisLabel: { ...text, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
      axisLine: { lineStyle: { color: seen.rule } },
      axisTick: { show: false },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      axisLabel: { ...text, formatter: (value) => number.format(value) },
      splitLine: { lineStyle: { color: seen.rule } },
    },
    series: series.map((line) => ({
      type: "line",
      name: line.name,
      data: line.values,
      showSymbol: labels.length < 32,
      symbolSize: 5,
      lineStyle: { width: 2 },
    })),
  };
}

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = echarts.init(box, null, { renderer: "canvas" });
  chart.setOption(options(data));
  new ResizeObserver(() => chart.resize()).observe(box);
  const repaint = () => {
    if (box.isConnected) return chart.setOption(options(data));
    document.removeEventListener("themechange", repaint);
    chart.dispose();
  };
  document.addEventListener("themechange", repaint);
  for (const button of document.querySelectorAll("[data-line]"))
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      chart.dispatchAction({ type: shown ? "legendSelect" : "legendUnSelect", name: button.dataset.line });
    });
}

function askForNewest() {
  if (document.visibilityState !== "visible") return;
  for (const list of document.querySelectorAll("[data-newest]")) htmx.trigger(list, "refresh");
}

document.querySelectorAll("[data-chart]").forEach(draw);
document.addEventListener("htmx:load", ({ detail }) => detail.elt.querySelectorAll("[data-chart]:empty").forEach(draw));
document.addEventListener("visibilitychange", askForNewest);
setInterval(askForNewest, NEWEST_EVERY);
