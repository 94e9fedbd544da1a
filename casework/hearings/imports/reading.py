"""The columns of a table of hearings."""

from collections.abc import Mapping

from casework.common.imports.reading import Shape

REQUIRED = ("a_number", "court", "kind")
# What a column may be called: letters and digits of the heading, in lower case.
HEADINGS = {
    "a_number": "anumber alienno aliennumber ano anum a",
    "case": "case casekind casetype proceeding",
    "court": "court immigrationcourt courtname location",
    "kind": "kind hearingkind hearingtype type",
    "mode": "mode hearingmode medium",
    "starts": "starts startsat start startstime datetime when hearingdatetime hearingat",
    "date": "date day hearingdate",
    "time": "time hearingtime at",
    "judge": "judge immigrationjudge ij",
    "room": "room courtroom",
    "link": "link url videolink videourl",
    "status": "status hearingstatus",
}


def _missing(places: Mapping[str, int]) -> list[str]:
    missing = [name for name in REQUIRED if name not in places]
    if "starts" not in places and not {"date", "time"} <= set(places):
        missing.append("starts (or date and time)")
    return missing


SHAPE = Shape(HEADINGS, _missing)
