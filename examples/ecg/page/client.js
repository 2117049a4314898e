(() => {
  const { about, traces } = JSON.parse(document.getElementById("data").textContent);
  document.getElementById("about").textContent = about;
  const main = document.getElementById("records");
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  let shown = 10;
  let charts = [];

  const decode = (text, step) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return Array.from(new Int16Array(bytes.buffer), (value) => value * step);
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const number = (value, digits = 0) => (typeof value === "number" ? value.toFixed(digits) : "–");

  // the names of both plots' axes are as long as each other, so that the plots stand below one another
  const axes = (xLabel, yLabel) => {
    const common = {
      stroke: color("muted"),
      grid: { stroke: color("grid"), width: 1 },
      ticks: { stroke: color("line") },
    };
    const font = "12px system-ui, sans-serif";
    return [
      { ...common, label: xLabel, labelSize: 20, size: 34, font, labelFont: font },
      { ...common, label: yLabel, labelSize: 20, size: 52, font, labelFont: font },
    ];
  };

  const value = (unit, digits) => (_, v) => (v == null ? "–" : `${v.toFixed(digits)} ${unit}`);

  function signalPlot(place, { title, unit, x, series, end, sync, onZoom }) {
    const options = {
      title,
      width: place.clientWidth,
      height: 230,
      cursor: { sync: { key: sync, scales: ["x", null] }, drag: { x: true, y: false }, points: { size: 6 } },
      scales: { x: { time: false, range: (_, min, max) => [Math.max(0, min), Math.min(end, max)] } },
      axes: axes("time, s", unit),
      series: [{ label: "time", value: value("s", 3) }, ...series],
      hooks: {
        setScale: [(plot, key) => key === "x" && onZoom(plot)],
        ready: [
          (plot) => plot.over.addEventListener("dblclick", () => plot.setScale("x", { min: 0, max: end })),
        ],
      },
    };
    const data = [x, ...series.map(({ y }) => y)];
    return new uPlot(options, data, place);
  }

  function beatPlot(place, { time, mean, deviation }) {
    const line = { points: { show: false } };
    const edge = { ...line, stroke: "transparent", width: 0, value: value("SD", 2) };
    const options = {
      title: "Mean beat",
      width: place.clientWidth,
      height: 460,
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false } },
      axes: axes("time from the R peak, ms", "amplitude, SD"),
      series: [
        { label: "time", value: value("ms", 0) },
        { ...edge, label: "+1 SD" },
        { ...edge, label: "−1 SD" },
        { ...line, label: "mean", stroke: color("after"), width: 2, value: value("SD", 2) },
      ],
      bands: [{ series: [1, 2], fill: color("band") }],
    };
    const data = [time, mean.map((v, i) => v + deviation[i]), mean.map((v, i) => v - deviation[i]), mean];
    return new uPlot(options, data, place);
  }

  function draw(trace, left, right) {
    const before = decode(trace.before, trace.step);
    const after = decode(trace.after, trace.step);
    const x = after.map((_, i) => i / trace.fs);
    const end = x.at(-1) ?? 0;
    const peaks = after.map(() => null);
    for (const time of trace.beats) {
      const i = Math.round(time * trace.fs);
      if (i < peaks.length) peaks[i] = after[i];
    }
    const pair = [];
    let following = false;
    const onZoom = (source) => {
      if (following) return;
      following = true;
      const { min, max } = source.scales.x;
      for (const plot of pair) if (plot !== source) plot.setScale("x", { min, max });
      following = false;
    };
    const common = { x, end, sync: trace.name, onZoom };
    pair.push(
      signalPlot(left, {
        ...common,
        title: "As recorded",
        unit: "voltage, mV",
        series: [
          {
            label: "recorded",
            y: before,
            stroke: color("before"),
            width: 1.2,
            value: value("mV", 3),
            points: { show: false },
          },
        ],
      }),
      signalPlot(left, {
        ...common,
        title: "Cleaned, with the R peaks",
        unit: "amplitude, SD",
        series: [
          {
            label: "cleaned",
            y: after,
            stroke: color("after"),
            width: 1.2,
            value: value("SD", 2),
            points: { show: false },
          },
          {
            label: "R peak",
            y: peaks,
            stroke: color("peak"),
            paths: () => null,
            value: value("SD", 2),
            points: { show: true, size: 8, width: 2, fill: color("card"), stroke: color("peak") },
          },
        ],
      }),
    );
    pair[0].setScale("x", { min: 0, max: Math.min(shown, end) });
    const beat = beatPlot(right, trace.beat);
    return { pair, beat, end, left, right };
  }

  function card(trace) {
    const { heart } = trace;
    const facts = [
      ["heart rate", `${number(heart.rate)} bpm`],
      ["beats", heart.beats],
      ["SDNN", `${number(heart.sdnn)} ms`],
      ["RMSSD", `${number(heart.rmssd)} ms`],
      ["pNN50", `${number(heart.pnn50)} %`],
    ];
    const tags = [trace.label, trace.flipped && "lead turned over"].filter(Boolean);
    const left = element("div", {});
    const right = element("div", {});
    main.append(
      element(
        "article",
        {},
        element(
          "div",
          { className: "title" },
          element("h2", { textContent: trace.name }),
          ...tags.map((textContent) => element("span", { className: "tag", textContent })),
          element(
            "dl",
            {},
            ...facts.map(([name, fact]) =>
              element("div", {}, element("dt", { textContent: name }), element("dd", { textContent: fact })),
            ),
          ),
        ),
        element("div", { className: "plots" }, left, right),
      ),
    );
    return { trace, left, right };
  }

  const cards = traces.map(card);

  function drawAll() {
    for (const { pair, beat } of charts) for (const plot of [...pair, beat]) plot.destroy();
    charts = cards.map(({ trace, left, right }) => draw(trace, left, right));
  }
  drawAll();

  for (const button of document.querySelectorAll("button[data-seconds]")) {
    button.addEventListener("click", () => {
      shown = Number(button.dataset.seconds);
      for (const other of document.querySelectorAll("button[data-seconds]")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      for (const { pair, end } of charts) pair[0].setScale("x", { min: 0, max: Math.min(shown, end) });
    });
  }

  // colours are drawn into the canvas
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let resizing;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      for (const { pair, beat, left, right } of charts) {
        for (const plot of pair) plot.setSize({ width: left.clientWidth, height: plot.height });
        beat.setSize({ width: right.clientWidth, height: beat.height });
      }
    }, 100);
  });
})();
