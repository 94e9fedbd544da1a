"""XLSX, row by row: a sheet for each table with typed columns, filters and totals by formula."""

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from smartlink.reports.charts import COLOURS
from smartlink.reports.content import Content, Kind, Table
from smartlink.reports.definitions import title
from smartlink.reports.words import kind_in
from smartlink.reports.writers.rows import ticking

_FORMATS = {
    Kind.TEXT: {},
    Kind.COUNT: {"num_format": "#,##0"},
    Kind.RATE: {"num_format": "0.0%"},
    Kind.MINUTES: {"num_format": "#,##0"},
    Kind.MONEY: {"num_format": "$#,##0.00"},
    Kind.MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    Kind.DAY: {"num_format": "yyyy-mm-dd"},
}
_HEAD = {
    "bold": True,
    "bg_color": "#0b5568",
    "font_color": "#ffffff",
    "text_wrap": True,
    "valign": "top",
    "border": 1,
    "border_color": "#083f4e",
}
_TOTAL = {"bold": True, "top": 1, "bg_color": "#e1eff3"}
_UNITS = {Kind.MINUTES: " (minutes)", Kind.MOMENT: " (UTC)"}
MOST_ROWS = 1_048_570
_TEXT_WIDTH = 100  # characters
_LINE = 15  # points


class _Book:
    """A workbook and its formats, each made once."""

    def __init__(self, file: BinaryIO, content: Content, folder: str) -> None:
        self.book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.book.set_properties(
            {"title": content.title, "author": "SmartLink", "created": _local(content.as_of)}
        )
        self.head = self.book.add_format(_HEAD)
        self.bold = self.book.add_format({"bold": True, "valign": "top"})
        self.large = self.book.add_format({"bold": True, "font_size": 16})
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.cells = {kind: self.book.add_format(form) for kind, form in _FORMATS.items()}
        self.totals = {kind: self.book.add_format(form | _TOTAL) for kind, form in _FORMATS.items()}


def write(content: Content, file: BinaryIO, tick: Callable[[int], None]) -> None:
    with tempfile.TemporaryDirectory() as rows_on_disk:
        book = _Book(file, content, rows_on_disk)
        try:
            _about(book, content)
            for table in content.tables:
                _sheet(book, table, tick)
            _definitions(book, content)
            book.book.close()
        except BaseException:
            for sheet in book.book.worksheets():
                sheet.row_data_fh.close()  # xlsxwriter leaves them open when it is cut short
            raise


def _about(book: _Book, content: Content) -> None:
    sheet = book.book.add_worksheet("About")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    _one_page_wide(sheet)
    sheet.write_string(0, 0, content.title, book.large)
    facts = [
        *content.facts,
        ("As of (UTC)", f"{content.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S}"),
        ("Definitions", f"version {content.version}"),
    ]
    facts += [(table.title, table.note) for table in content.tables if table.note]
    facts += [("Note", note) for note in content.notes]
    for row, (name, value) in enumerate(facts, 2):
        _text(sheet, row, name, value, book)


def _definitions(book: _Book, content: Content) -> None:
    sheet = book.book.add_worksheet("Definitions")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _one_page_wide(sheet)
    sheet.write_string(0, 0, "Figure", book.head)
    sheet.write_string(0, 1, f"What it counts (version {content.version})", book.head)
    pairs = [*content.definitions, *(("All figures", text) for text in content.general)]
    for row, (name, text) in enumerate(pairs, 1):
        _text(sheet, row, name, text, book)


def _text(sheet: Any, row: int, name: str, text: str, book: _Book) -> None:
    """As tall as its lines: programs that do not measure a text would write it over the next."""
    sheet.set_row(row, _LINE * max(1, -(-len(text) // (_TEXT_WIDTH - 10))))
    sheet.write_string(row, 0, name, book.bold)
    sheet.write_string(row, 1, text, book.wrapped)


def _one_page_wide(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _sheet(book: _Book, table: Table, tick: Callable[[int], None]) -> None:
    sheet = book.book.add_worksheet(table.title[:31])
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 48)
    _one_page_wide(sheet)
    sheet.repeat_rows(0)
    for place, column in enumerate(table.columns):
        width = 13 if column.kind not in {Kind.TEXT, Kind.MOMENT} else 24
        width = 24 if place == 0 else width
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, column.title + _UNITS.get(column.kind, ""), book.head)
    sums: dict[str, Any] = {c.name: 0 for c in table.columns if c.total}
    last = 0
    for last, row in enumerate(ticking(table, tick), 1):
        if last > MOST_ROWS:
            raise ValueError("More rows than a sheet holds; take CSV or JSON.")
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(sheet, last, place, value, kind_in(table, row, column), book)
            if column.total and value is not None:
                sums[column.name] += value
    sheet.autofilter(0, 0, max(last, 1), len(table.columns) - 1)
    if sums and last:
        _totals(book, sheet, table, last, sums)
    if table.chart is not None and 0 < last <= 400:
        _chart(book, sheet, table, last)


def _cell(sheet: Any, row: int, place: int, value: Any, kind: Kind, book: _Book) -> None:
    form = book.cells[kind]
    if value is None:
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, _local(value), form)
    elif kind is Kind.DAY:
        day = value if isinstance(value, date) else date.fromisoformat(value)
        sheet.write_datetime(row, place, datetime(day.year, day.month, day.day), form)  # noqa: DTZ001 - a sheet knows no zones
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, float(value), form)
    else:
        sheet.write_string(row, place, str(value), form)


def _local(at: datetime) -> datetime:
    """Sheets know no zones: UTC, and the head of the column says so."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _totals(book: _Book, sheet: Any, table: Table, last: int, sums: dict[str, Any]) -> None:
    """Below an empty row, so that filters leave it alone; formulas, with their values stored."""
    row = last + 2
    sheet.write_string(row, 0, "Total of the rows above", book.totals[Kind.TEXT])

    def total(names: tuple[str, ...]) -> str:
        columns = (xl_col_to_name(table.column(name)) for name in names)
        return "+".join(f"SUM({letter}2:{letter}{last + 1})" for letter in columns)

    for place, column in enumerate(table.columns[1:], 1):
        form = book.totals[column.kind]
        if column.total:
            sheet.write_formula(
                row, place, f"={total((column.name,))}", form, _number(sums[column.name])
            )
        elif column.parts and all(name in sums for part in column.parts for name in part):
            upper, lower = column.parts
            whole = sum(sums[name] for name in lower)
            value = sum(sums[name] for name in upper) / whole if whole else "none"
            formula = f'=IF(({total(lower)})=0,"none",({total(upper)})/({total(lower)}))'
            sheet.write_formula(row, place, formula, form, value)
        else:
            sheet.write_blank(row, place, None, form)


def _number(value: Any) -> Any:
    """What is exact here is a number there."""
    return float(value) if isinstance(value, Decimal) else value


def _chart(book: _Book, sheet: Any, table: Table, last: int) -> None:
    chart = table.chart
    if chart is None:
        return
    stacked = chart.form == "stacked"
    drawn = book.book.add_chart(
        {"type": "column" if stacked else "bar", **({"subtype": "stacked"} if stacked else {})}
    )
    label = table.column(chart.label)
    sheet_name = table.title[:31]
    for name in chart.values:
        place = table.column(name)
        drawn.add_series(
            {
                "name": title(name),
                "categories": [sheet_name, 1, label, last, label],
                "values": [sheet_name, 1, place, last, place],
                "fill": {"color": COLOURS.get(name, "#0b5568")},
            }
        )
    if stacked:
        drawn.set_x_axis({"text_axis": True, "num_format": "yyyy-mm-dd"})
    else:
        drawn.set_x_axis({"min": 0, "max": 1, "num_format": "0%"})
        drawn.set_legend({"none": True})
    drawn.set_title({"name": chart.title, "name_font": {"size": 13}})
    drawn.set_size({"width": 900, "height": 380})
    sheet.insert_chart(last + 5, 0, drawn)
