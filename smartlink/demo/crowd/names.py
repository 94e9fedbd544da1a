"""Invented names and the cities of offices, for a crowd of any size."""

from smartlink.demo.cast import CAST

GIVEN = [part.given_name for part in CAST]
SEXES = [part.sex for part in CAST]
LANGUAGES = [part.language for part in CAST]
_BEGINNINGS = [
    "Al", "Bar", "Cas", "Dor", "Es", "Fer", "Gar", "Her", "Ib", "Jar", "Kal", "Lar", "Mar", "Nor",
    "Or", "Pal", "Quin", "Ros", "Sal", "Tor", "Ur", "Val", "Wil", "Yam", "Zar",
]  # fmt: skip
_ENDINGS = [
    "ado", "anez", "ardi", "as", "eira", "enko", "era", "ezzi", "ian", "ides", "illo", "ini",
    "iri", "ola", "ones", "oso", "ova", "uri", "uz", "ekhi",
]  # fmt: skip
FAMILY = [beginning + ending for beginning in _BEGINNINGS for ending in _ENDINGS]

# (name, region, zone)
OFFICES = [
    ("Atlanta Field Office", "Southeast", "America/New_York"),
    ("Boston Field Office", "Northeast", "America/New_York"),
    ("Chicago Field Office", "Midwest", "America/Chicago"),
    ("Dallas Field Office", "South", "America/Chicago"),
    ("Denver Field Office", "West", "America/Denver"),
    ("Detroit Field Office", "Midwest", "America/Detroit"),
    ("El Paso Field Office", "South", "America/Denver"),
    ("Houston Field Office", "South", "America/Chicago"),
    ("Miami Field Office", "Southeast", "America/New_York"),
    ("New Orleans Field Office", "South", "America/Chicago"),
    ("Newark Field Office", "Northeast", "America/New_York"),
    ("Philadelphia Field Office", "Northeast", "America/New_York"),
    ("Phoenix Field Office", "West", "America/Phoenix"),
    ("San Antonio Field Office", "South", "America/Chicago"),
    ("San Diego Field Office", "West", "America/Los_Angeles"),
    ("San Francisco Field Office", "West", "America/Los_Angeles"),
    ("Seattle Field Office", "West", "America/Los_Angeles"),
    ("St. Paul Field Office", "Midwest", "America/Chicago"),
    ("Washington Field Office", "Southeast", "America/New_York"),
]
