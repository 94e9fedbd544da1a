"""Charts as SVG, for pages and for PDF; each stands beside the table that says the same. Pure."""

from dataclasses import dataclass
from html import escape
from typing import Any

from smartlink.reports.content import Table
from smartlink.reports.definitions import title

COLOURS = {
    "on_time": "#14794a", "late": "#d99a1c", "missed": "#b3322c", "not_accepted": "#6e1713",
    "excused": "#5fb4c9", "lapsed": "#8fa0ab", "cancelled": "#c3ced5", "in_review": "#4667b3",
    "open": "#a9c2f7", "compliance_rate": "#0b5568",
}  # fmt: skip
_INK, _SOFT, _LINE = "#14232c", "#4a5c67", "#dbe3e8"
WIDTH, HEIGHT = 760, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 12, 58
MOST_BARS = 60


@dataclass(frozen=True)
class _Bar:
    label: str
    parts: tuple[tuple[str, float], ...]


def svg(table: Table) -> str:
    """The table's chart; empty where it has none or nothing to show."""
    chart = table.chart
    if chart is None:
        return ""
    label = table.column(chart.label)
    places = [(name, table.column(name)) for name in chart.values]
    bars = [
        _Bar(str(row[label]), tuple((name, float(row[place])) for name, place in places))
        for row in table.rows()
        if row[places[0][1]] is not None
    ][:MOST_BARS]
    if not bars:
        return ""
    return _stacked(chart.title, bars) if chart.form == "stacked" else _rates(chart.title, bars)


def _frame(head: str, height: float, inner: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="report-chart" role="img" width="{WIDTH}"'
        f' height="{height:g}" viewBox="0 0 {WIDTH} {height:g}" font-family="Libertinus Serif,'
        f' sans-serif" font-size="12"><title>{escape(head)}</title>{"".join(inner)}</svg>'
    )


def _text(x: float, y: float, words: str, anchor: str = "start", **more: Any) -> str:
    extra = "".join(f' {k.replace("_", "-")}="{v}"' for k, v in more.items())
    fill = "" if "fill" in more else f' fill="{_SOFT}"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}{extra}>{escape(words)}</text>'
    )


def _stacked(head: str, bars: list[_Bar]) -> str:
    top = _ceiling(max(sum(value for _n, value in bar.parts) for bar in bars))
    room = HEIGHT - _TOP - _BOTTOM
    step = (WIDTH - _LEFT - _RIGHT) / len(bars)
    drawn = []
    for tick in range(5):
        y = _TOP + room - room * tick / 4
        drawn.append(
            f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{_LINE}"/>'
        )
        drawn.append(_text(_LEFT - 6, y + 4, f"{top * tick / 4:,.0f}", "end"))
    every = -(-len(bars) // 9)
    for place, bar in enumerate(bars):
        x, y = _LEFT + place * step, float(_TOP + room)
        for name, value in bar.parts:
            tall = room * value / top
            y -= tall
            if value:
                drawn.append(
                    f'<rect x="{x + step * 0.12:.2f}" y="{y:.2f}" width="{step * 0.76:.2f}"'
                    f' height="{tall:.2f}" fill="{COLOURS[name]}"><title>{escape(bar.label)}:'
                    f" {escape(title(name))} {value:,.0f}</title></rect>"
                )
        if place % every == 0:
            drawn.append(_text(x + step / 2, _TOP + room + 16, bar.label, "middle"))
    return _frame(head, HEIGHT, drawn + _legend([n for n, _v in bars[0].parts], bars))


def _legend(names: list[str], bars: list[_Bar]) -> list[str]:
    """Only what is there."""
    seen = [n for i, n in enumerate(names) if any(bar.parts[i][1] for bar in bars)]
    drawn, x = [], float(_LEFT)
    for name in seen:
        drawn.append(
            f'<rect x="{x:.0f}" y="{HEIGHT - 22}" width="11" height="11" rx="2"'
            f' fill="{COLOURS[name]}"/>'
        )
        drawn.append(_text(x + 16, HEIGHT - 12, title(name), fill=_INK))
        x += 30 + 6.3 * len(title(name))
    return drawn


def _rates(head: str, bars: list[_Bar]) -> str:
    """Lying bars from 0 to 100 %."""
    left, row = 190, 26
    room = WIDTH - left - 60
    height = len(bars) * row + 14
    drawn = []
    for place, bar in enumerate(bars):
        y, (name, rate) = 6 + place * row, bar.parts[0]
        shown = bar.label if len(bar.label) <= 30 else f"{bar.label[:29]}…"
        drawn.append(_text(left - 8, y + 15, shown, "end", fill=_INK))
        drawn.append(
            f'<rect x="{left}" y="{y + 3}" width="{room}" height="16" rx="3" fill="{_LINE}"/>'
        )
        drawn.append(
            f'<rect x="{left}" y="{y + 3}" width="{room * rate:.1f}" height="16" rx="3"'
            f' fill="{COLOURS[name]}"/>'
        )
        drawn.append(_text(left + room + 8, y + 15, f"{rate * 100:.1f} %", fill=_INK))
    return _frame(head, height, drawn)


def _ceiling(value: float) -> float:
    """A round number at or above, that four lines divide into whole numbers."""
    size = 4.0
    while True:
        for factor in (1, 2, 3, 5):
            if size * factor >= value:
                return size * factor
        size *= 10
