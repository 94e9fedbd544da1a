"""The files: typed, harmless, complete, and the same bytes for the same content."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from pypdf import PdfReader

from smartlink.reports import making
from smartlink.reports.content import Chart, Column, Content, Kind, Row, Table, fixed
from smartlink.reports.definitions import VERSION
from smartlink.reports.writers import WRITERS
from smartlink.reports.writers.as_csv import harmless

AS_OF = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
COLUMNS = (
    Column("group", "Office"),
    Column("on_time", "On time", Kind.COUNT, total=True),
    Column("missed", "Missed", Kind.COUNT, total=True),
    Column("compliance_rate", "Compliance rate", Kind.RATE,
           parts=(("on_time",), ("on_time", "missed"))),
    Column("median", "Median", Kind.MINUTES),
    Column("cost", "Cost", Kind.MONEY),
    Column("at", "At", Kind.MOMENT),
    Column("day", "Day", Kind.DAY),
)  # fmt: skip
ROWS = (
    ("=cmd|'/c calc'!A1", 30, 10, 0.75, 12, Decimal("4.36"), AS_OF, "2026-11-01"),
    ("Zoë Nguyễn #strong[x]", 10, 0, 1.0, None, Decimal(0), None, date(2026, 11, 2)),
)


def content(rows: tuple[Row, ...] = ROWS) -> Content:
    chart = Chart("line", "Rates", "group", ("compliance_rate",))
    return Content(
        title="A report", facts=(("Period", "2026-11-01 to 2026-11-02"),), as_of=AS_OF, version="1",
        tables=(Table("groups", "By office", COLUMNS, fixed(rows), "A note.", chart),),
        definitions=(("On time", "Accepted in time."),), general=("Everything is local.",),
        headline=(("Compliance rate", "80.0 %", "–"),),
    )  # fmt: skip


def written(form: str, what: Content | None = None) -> bytes:
    file = io.BytesIO()
    making.write(what or content(), form, file)
    return file.getvalue()


@pytest.mark.parametrize("form", list(WRITERS))
def test_the_same_content_gives_the_same_bytes_a_second_later(form: str) -> None:
    import time

    first = written(form)
    time.sleep(1.1)
    assert written(form) == first
    assert len(first) > 300


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1",
        "\n@x",
        "|calc",
        "\u00a0=1",
        "\tx",
    ],
)
def test_no_text_of_a_csv_runs_as_a_formula(text: str) -> None:
    assert harmless(text).startswith("'")


def test_ordinary_text_and_numbers_of_a_csv_stay_as_they_are() -> None:
    assert [harmless(v) for v in ("Zoë", "a=b", -3, None, "")] == ["Zoë", "a=b", -3, "", ""]


def test_csv_reads_as_utf8_in_excel_and_has_every_row_and_definition() -> None:
    raw = written("csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert ["'=cmd|'/c calc'!A1", "30", "10", "0.75", "12", "4.36", "2026-11-24T12:30:00Z",
            "2026-11-01"] in lines  # fmt: skip
    assert ["On time", "Accepted in time."] in lines


def test_json_keeps_names_kinds_and_values() -> None:
    read = json.loads(written("json"))
    (table,) = read["tables"]
    assert [column["name"] for column in table["columns"]] == [c.name for c in COLUMNS]
    assert table["rows"][1] == ["Zoë Nguyễn #strong[x]", 10, 0, 1.0, None, "0.00", None,
                                "2026-11-02"]  # fmt: skip
    assert read["definitions_version"] == "1"


def test_a_sheet_has_typed_columns_a_frozen_head_filters_and_totals_with_their_values() -> None:
    raw = written("xlsx")
    values = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(raw))
    assert values.sheetnames == ["About", "By office", "Definitions"]
    sheet, computed = values["By office"], formulas["By office"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:H3"
    first = [cell.value for cell in sheet[2]]
    assert first == [ROWS[0][0], 30, 10, 0.75, 12, 4.36, AS_OF.replace(tzinfo=None),
                     datetime.fromisoformat("2026-11-01")]  # fmt: skip
    assert computed["A2"].data_type == "s"
    assert [sheet.cell(5, c).value for c in (2, 3, 4)] == [40, 10, 0.8]
    assert computed["B5"].value == "=SUM(B2:B3)"
    assert computed["D5"].value.startswith("=IF((SUM(B2:B3)+SUM(C2:C3))=0")
    assert sheet["D2"].number_format == "0.0%"


def test_a_pdf_has_pages_definitions_and_takes_no_text_for_markup() -> None:
    pdf = PdfReader(io.BytesIO(written("pdf")))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Zoë Nguyễn #strong[x]" in " ".join(text.split())
    assert "Accepted in time." in text
    assert "Page 1 of 3" in text
    assert pdf.metadata.title == "A report"


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_rows_are_written_as_they_come_and_told_about(form: str) -> None:
    held = 0

    def rows() -> Iterator[Row]:
        nonlocal held
        for number in range(2500):
            held = number
            yield (f"Office {number}", 1, 1, 0.5, 1, Decimal(1), AS_OF, "2026-11-01")

    seen: list[tuple[int, int]] = []
    table = Table("groups", "Many", COLUMNS, rows, long=True)
    one = Content("x", (), AS_OF, "1", (table,), ())
    making.write(one, form, io.BytesIO(), lambda number: seen.append((held, number)))
    assert seen == [(999, 1000), (1999, 1000), (2499, 500)]


@pytest.mark.parametrize("rows", [3, 11, 14, 21, 60])
def test_no_heading_is_left_behind_at_the_foot_of_a_page_of_a_pdf(rows: int) -> None:
    columns = (Column("group", "Group"), Column("compliance_rate", "Rate", Kind.RATE))
    chart = Chart("line", "Rates", "group", ("compliance_rate",))
    tables = tuple(
        Table(f"t{n}", f"Heading {n}", columns, fixed([(f"Office {r}", 0.5) for r in range(rows)]),
              "A note." * (n % 2), chart if n % 3 else None)
        for n in range(12)
    )  # fmt: skip
    one = Content("A report", (), AS_OF, VERSION, tables, ())
    making.write(one, "pdf", file := io.BytesIO())
    pages = [page.extract_text() for page in PdfReader(file).pages]
    for text in pages:
        lines = [line for line in text.splitlines() if line.strip() and line.strip(". ")]
        body = [line for line in lines if "as of" not in line and not line.startswith("Page ")]
        assert not body[-1].startswith(("Heading", "A note")), text
    assert sum(text.count("Heading") for text in pages) == 12
