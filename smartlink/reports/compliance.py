"""The compliance report: from figures to content."""

from typing import Any

from casework.staff.models import Office, User
from smartlink.reports import asking, snapshots
from smartlink.reports.asking import language_name
from smartlink.reports.content import Chart, Column, Content, Kind, Row, Table, fixed
from smartlink.reports.cost import cost
from smartlink.reports.definitions import by_findings, definitions_of, general_of, title
from smartlink.reports.figures import OUTCOMES, Figures, too_small
from smartlink.reports.findings import findings
from smartlink.reports.queries import Group, figures_by
from smartlink.reports.questions import Question
from smartlink.reports.words import spoken

COUNTED_OF = ("on_time", "late", "missed", "not_accepted")
_COUNTS = ("requests", *OUTCOMES)

FIGURE_COLUMNS = (
    *(Column(name, title(name), Kind.COUNT, total=True) for name in _COUNTS),
    Column(
        "compliance_rate", title("compliance_rate"), Kind.RATE, parts=(("on_time",), COUNTED_OF)
    ),
    Column(
        "answered_rate", title("answered_rate"), Kind.RATE, parts=(("on_time", "late"), COUNTED_OF)
    ),
    Column("median_response", title("median_response"), Kind.MINUTES),
)
_VERIFICATION = (
    Column("requests", title("requests"), Kind.COUNT, total=True),
    Column("settled", "Decided after an answer", Kind.COUNT, total=True),
    Column("automatic", "Accepted by the machine", Kind.COUNT, total=True),
    Column(
        "automatic_rate", title("automatic_rate"), Kind.RATE, parts=(("automatic",), ("settled",))
    ),
    Column("reviewed", title("reviewed"), Kind.COUNT, total=True),
    Column("contested", "Of these found not to match", Kind.COUNT, total=True),
    Column("overturned", "Of these accepted", Kind.COUNT, total=True),
    Column(
        "overturned_rate",
        title("overturned_rate"),
        Kind.RATE,
        parts=(("overturned",), ("contested",)),
    ),
    Column("median_review", title("median_review"), Kind.MINUTES),
)
HIDDEN_NOTE = "Groups of fewer than 10 requests are hidden."


def compliance(frozen: dict[str, Any]) -> Content:
    """All figures of the period, compared with the one before, by time and by group."""
    question, version = asking.question_of(frozen), asking.version_of(frozen)
    period, group = question.period, frozen["group"]
    unit = period.unit.value
    found = figures_by(question, "all", unit, group, *({"origin", "language"} - {group}))
    before = figures_by(question.of(period.before), "all")["all"]
    return Content(
        title="Compliance report",
        facts=asking.words_of(frozen),
        as_of=question.as_of,
        version=version,
        tables=(
            _summary(_only(found["all"]), _only(before), str(period.before)),
            _trend(unit, found[unit]),
            grouped(group, found[group]),
            *([] if group == "origin" else [grouped("origin", found["origin"])]),
            _verification(found["language"]),
            _caseload(question),
            _queue(question),
            _hearings(question),
            *([findings(question)] if _counts_findings(question, version) else []),
            cost(question, frozen),
        ),
        definitions=definitions_of(version),
        general=general_of(version),
        headline=_headline(_only(found["all"]), _only(before)),
    )


def _counts_findings(question: Question, version: str) -> bool:
    return by_findings(version) and question.participant is None


def figure_row(figures: Figures, names: tuple[Column, ...]) -> Row:
    return tuple(
        getattr(figures.counts, c.name)
        if hasattr(figures.counts, c.name)
        else getattr(figures, c.name)
        for c in names
    )


def _only(groups: list[Group]) -> Figures:
    return groups[0].figures if groups else Figures()


_SUMMARY = (
    *((name, Kind.COUNT) for name in (*_COUNTS, "counted")),
    ("compliance_rate", Kind.RATE), ("answered_rate", Kind.RATE),
    ("median_response", Kind.MINUTES), ("automatic_rate", Kind.RATE),
    ("reviewed", Kind.COUNT), ("overturned_rate", Kind.RATE), ("median_review", Kind.MINUTES),
)  # fmt: skip
UNITS = {Kind.COUNT: "requests", Kind.RATE: "share", Kind.MINUTES: "minutes"}


def _headline(now: Figures, before: Figures) -> tuple[tuple[str, str, str], ...]:
    """The four figures that come first, each with what it was before."""
    shown = (
        ("compliance_rate", now.compliance_rate, before.compliance_rate, Kind.RATE),
        ("requests", now.counts.requests, before.counts.requests, Kind.COUNT),
        ("missed", now.counts.missed, before.counts.missed, Kind.COUNT),
        ("median_response", now.median_response, before.median_response, Kind.MINUTES),
    )
    return tuple((title(n), spoken(v, k), spoken(b, k)) for n, v, b, k in shown)


def _summary(now: Figures, before: Figures, before_words: str) -> Table:
    def value(figures: Figures, name: str) -> Any:
        return (
            getattr(figures.counts, name, None)
            if hasattr(figures.counts, name)
            else getattr(figures, name)
        )

    rows = [
        (title(name), value(now, name), value(before, name), UNITS[kind]) for name, kind in _SUMMARY
    ]
    columns = (
        Column("figure", "Figure"),
        Column("value", "This period", Kind.COUNT),
        Column("before", "Period before", Kind.COUNT),
        Column("unit", "Unit"),
    )
    return Table("summary", "Summary", columns, fixed(rows), note=f"Period before: {before_words}.")


def _trend(unit: str, groups: list[Group]) -> Table:
    columns = (Column("starts_on", f"{unit.capitalize()} from", Kind.DAY), *FIGURE_COLUMNS)
    rows = [(g.key, *figure_row(g.figures, FIGURE_COLUMNS)) for g in groups]
    chart = Chart("stacked", f"Outcomes by {unit}", "starts_on", OUTCOMES)
    return Table("trend", f"By {unit}", columns, fixed(rows), chart=chart)


def grouped(group: str, groups: list[Group]) -> Table:
    """Figures by group, the small ones hidden."""
    columns = (Column("group", asking.GROUPINGS[group]), *FIGURE_COLUMNS)
    rows = _named(group, groups, FIGURE_COLUMNS)
    chart = Chart(
        "line",
        f"Compliance rate by {asking.GROUPINGS[group].lower()}",
        "group",
        ("compliance_rate",),
    )
    note = HIDDEN_NOTE if any(row[1] is None for row in rows) else ""
    return Table(
        f"by_{group}", f"By {asking.GROUPINGS[group].lower()}", columns, fixed(rows), note, chart
    )


def _named(group: str, groups: list[Group], columns: tuple[Column, ...]) -> list[Row]:
    """A row a group in the order of their names; None in each figure of a hidden one."""
    hidden = too_small([g.figures.counts.requests for g in groups])
    names = _names(group, [g.key for g in groups])
    rows = [
        (f"{names[g.key]} (hidden)", *((None,) * len(columns)))
        if place in hidden
        else (names[g.key], *figure_row(g.figures, columns))
        for place, g in enumerate(groups)
    ]
    return sorted(rows, key=lambda row: str(row[0]))


def _names(group: str, keys: list[str]) -> dict[str, str]:
    """What people call the groups; two officers of one name are told apart by a number."""
    if group == "language":
        return {key: language_name(key) for key in keys}
    if group == "origin":
        return {key: str(asking.ORIGINS[key]) for key in keys}
    if group == "technology":
        return {key: str(asking.TECHNOLOGIES[key]) for key in keys}
    if group == "region":
        return {key: key or "No region" for key in keys}
    model, name = (Office, "name") if group == "office" else (User, "full_name")
    known = dict(model.objects.filter(pk__in=[k for k in keys if k]).values_list("pk", name))
    named = {key: known[int(key)] if key else "Nobody assigned" for key in keys}
    twice = {n for n in named.values() if list(named.values()).count(n) > 1}
    return {key: f"{n} ({key})" if n in twice else n for key, n in named.items()}


def _verification(groups: list[Group]) -> Table:
    columns = (Column("language", "Language"), *_VERIFICATION)
    rows = _named("language", groups, _VERIFICATION)
    note = HIDDEN_NOTE if any(row[1] is None for row in rows) else ""
    return Table("verification", "Verification by language", columns, fixed(rows), note)


def _caseload(question: Question) -> Table:
    rows = [(o, u or "Nobody assigned", n) for o, u, n in snapshots.caseload(question)]
    columns = (
        Column("office", "Office"),
        Column("officer", "Officer"),
        Column("caseload", title("caseload"), Kind.COUNT, total=True),
    )
    return Table("caseload", "Caseload", columns, fixed(rows))


def _queue(question: Question) -> Table:
    queue = snapshots.queue(question)
    waited = (
        int((question.as_of - queue.oldest_at).total_seconds() // 60) if queue.oldest_at else None
    )
    columns = (
        Column("waiting", "Answers waiting for a person", Kind.COUNT),
        Column("oldest_at", "Oldest since", Kind.MOMENT),
        Column("oldest_minutes", "Oldest waits", Kind.MINUTES),
    )
    return Table(
        "queue", title("queue"), columns, fixed([(queue.waiting, queue.oldest_at, waited)])
    )


def _hearings(question: Question) -> Table:
    h = snapshots.hearings(question)
    recorded = h.attended + h.absent
    columns = (
        Column("held", "Hearings in the period", Kind.COUNT),
        Column("attended", "Attended or late", Kind.COUNT),
        Column("absent", "Absent", Kind.COUNT),
        Column("excused", "Excused", Kind.COUNT),
        Column("unrecorded", "Not recorded", Kind.COUNT),
        Column(
            "appearance_rate",
            title("appearance_rate"),
            Kind.RATE,
            parts=(("attended",), ("attended", "absent")),
        ),
    )
    note = (
        "" if recorded or not h.held else "No attendance is recorded yet: there is no rate to show."
    )
    rate = h.attended / recorded if recorded else None
    row = (h.held, h.attended, h.absent, h.excused, h.unrecorded, rate)
    return Table("hearings", "Hearings", columns, fixed([row]), note)
