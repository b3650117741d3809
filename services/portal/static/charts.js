// Charts of the board pages and of the economy. The picture that the server drew stays until the library has drawn its own, and where the
// library cannot be had. Each figure says in `data-chart` what its lines are; see services/portal/charts.py.
"use strict";

(() => {
  const library = document.currentScript.dataset.library;
  const DASHES = { now: "solid", expected: [9, 6], goal: [2, 4] };
  // Those of the picture that the server drew (services/portal/index_chart.py), whose legend stays.
  const SERIES = [
    ["solid", "circle"],
    [[9, 5], "rect"],
    [[2, 4], "triangle"],
    [[12, 4, 2, 4], "diamond"],
  ];
  let loading = null;

  // Fetched when the first chart comes near the window, and once: most who open a board read its first lines alone.
  function whenLoaded() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  function optionsOf(figure, chart) {
    const style = getComputedStyle(figure);
    const text = { color: style.color, fontFamily: style.fontFamily, fontSize: 13 };
    const written = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
    const say = (value) => (value === null || value === undefined ? "–" : `${written.format(value)} ${chart.unit}`.trim());
    // The newest figure is the last one there is; without its number it would be a bare point.
    const label = (value, position) => ({ ...text, show: true, position, formatter: () => written.format(value) });
    const newest = (values) => (value) => ({ value, symbolSize: 11, label: label(value, values.length > 1 ? "top" : "right") });
    const pointsOf = (line) => {
      if (line.kind === "goal") return chart.labels.map(() => line.values[0]);
      return line.kind === "now" ? [...line.values.slice(0, -1), ...line.values.slice(-1).map(newest(line.values))] : line.values;
    };
    return {
      animation: false,
      textStyle: text,
      // What the picture shows stands in the words and the table beside it.
      aria: { enabled: false },
      grid: { left: 8, right: 34, top: 56, bottom: 12, containLabel: true },
      legend: { show: !chart.lines.some(isSeries), top: 0, left: 0, itemWidth: 34, textStyle: text, selectedMode: chart.lines.length > 3 },
      tooltip: {
        trigger: "axis",
        // Markup that a script writes into the page is styled inline, which the content policy forbids.
        renderMode: "richText",
        confine: true,
        valueFormatter: say,
      },
      xAxis: { type: "category", data: chart.labels, boundaryGap: false, axisLabel: { color: style.color, hideOverlap: true } },
      yAxis: { type: "value", name: chart.unit, nameTextStyle: text, scale: !chart.fromZero, axisLabel: { color: style.color, formatter: (value) => written.format(value) } },
      series: chart.lines.map((line, place) => isSeries(line) ? oneOfSeries(figure, line, place) : ({
        type: "line",
        name: line.name,
        data: pointsOf(line),
        color: chart.lines.length > 3 ? undefined : style.color,
        symbol: line.kind === "now" ? "circle" : "none",
        symbolSize: 5 + (place % 3),
        showAllSymbol: line.kind === "now",
        connectNulls: line.kind !== "now",
        lineStyle: { type: DASHES[line.kind], width: line.kind === "now" ? 3 : 2 },
      })),
    };
  }

  function isSeries(line) {
    return line.kind === "series";
  }

  // Dashes and marks tell the lines apart; the colour is what the style sheet gave the line below.
  function oneOfSeries(figure, line, place) {
    const [dashes, mark] = SERIES[place % SERIES.length];
    const drawn = figure.querySelector(`.line${place % SERIES.length}`);
    return {
      type: "line",
      name: line.name,
      data: line.values,
      color: drawn ? getComputedStyle(drawn).color : undefined,
      symbol: mark,
      symbolSize: 9,
      lineStyle: { type: dashes, width: 2 },
    };
  }

  function draw(figure) {
    const place = document.createElement("div");
    place.className = "drawn";
    place.setAttribute("aria-hidden", "true");
    figure.append(place);
    figure.classList.add("is-drawn");
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(optionsOf(figure, JSON.parse(figure.dataset.chart)));
    new ResizeObserver(() => chart.resize()).observe(place);
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        whenLoaded().then(() => draw(target), () => near.disconnect());
      }
    },
    { rootMargin: "200px" },
  );
  for (const figure of document.querySelectorAll("[data-chart]")) near.observe(figure);
})();
