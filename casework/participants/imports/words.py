"""What a table of people may call its columns, and what their cells may say."""

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from zoneinfo import available_timezones

from casework.common.imports.reading import Shape

REQUIRED = ("a_number", "given_name", "family_name")
# What a column may be called: letters and digits of the heading, in lower case.
HEADINGS = {
    "a_number": "anumber alienno aliennumber ano anum a",
    "given_name": "givenname firstname given first forename",
    "family_name": "familyname lastname surname family last",
    "language": "language lang preferredlanguage",
    "timezone": "timezone zone tz",
    "date_of_birth": "dateofbirth dob birthdate born",
    "sex": "sex gender",
    "phone": "phone mobile mobilephone cell cellphone telephone phonenumber",
    "email": "email emailaddress mail",
    "office": "office fieldoffice",
    "officer": "officer officeremail officersemail caseofficer assignedofficer",
    "case": "case casekind casetype proceeding",
    "docket": "docket",
    "release_basis": "releasebasis basis basisofrelease",
    "released_on": "releasedon releasedate datereleased released",
    "nta_on": "ntaon ntadate nta",
    "representative": "representative attorney lawyer counsel",
    "technology": "technology monitoring",
    "level": "level supervisionlevel",
}
CASES = {
    "removal": "removal",
    "withholding_only": "withholdingonly|withholding",
    "asylum_only": "asylumonly|asylum",
    "credible_fear": "crediblefear|crediblefearreview",
    "other": "other",
    "": "",
}
DOCKETS = {"non_detained": "nondetained", "detained": "detained", "": ""}
BASES = {
    "recognizance": "recognizance|ownrecognizance|or|ror|releaseonrecognizance",
    "supervision": "supervision|orderofsupervision|osup",
    "bond": "bond",
    "parole": "parole|humanitarianparole",
    "": "",
}
SEXES = {"female": "female|f|woman", "male": "male|m|man", "other": "other|x", "": ""}
TECHNOLOGIES = {
    "telephonic": "telephonic|telephone|phone|phonecall|voice|call",
    "smartphone": "smartphone|smartlink|app|selfie",
    "gps": "gps|gpsanklemonitor|anklemonitor|ankle",
    "": "",
}
LEVELS = {"1": "1|level1", "2": "2|level2", "3": "3|level3", "": ""}
_LANGUAGES = {
    "en": "en english",
    "es": "es spanish espanol castellano",
    "pt": "pt portuguese portugues",
    "ht": "ht haitian haitiancreole creole kreyol kreyolayisyen",
    "fr": "fr french francais",
    "zh-hans": "zh zhhans zhcn chinese mandarin simplifiedchinese 简体中文 中文",
    "ar": "ar arabic العربية",
    "ru": "ru russian русскии",
    "pa": "pa punjabi panjabi ਪੰਜਾਬੀ",
    "vi": "vi vietnamese tiengviet",
}
_ZONES = {
    "America/New_York": "eastern et est edt",
    "America/Chicago": "central ct cst cdt",
    "America/Denver": "mountain mt mst mdt",
    "America/Los_Angeles": "pacific pt pst pdt",
    "America/Anchorage": "alaska akst akdt",
    "Pacific/Honolulu": "hawaii hst",
}


def fold(written: str) -> str:
    """For comparing names and words: no accents, no case, no blanks or signs."""
    apart = unicodedata.normalize("NFKD", written.casefold())
    return "".join(sign for sign in apart if sign.isalnum())


@lru_cache(maxsize=1024)
def language(written: str) -> str | None:
    """The tag of a language by its tag or its name; None for one that we do not speak."""
    names = {fold(written), fold(written.split("-")[0].split("_")[0])}
    for tag, known in _LANGUAGES.items():
        if names & {fold(word) for word in known.split()}:
            return tag
    return None


@lru_cache(maxsize=1024)
def zone(written: str) -> str | None:
    """A zone of the tz database, by its name or by what it is called in the United States."""
    key = written.strip().casefold().replace(" ", "_")
    short = fold(written).removesuffix("time")
    for name, known in _ZONES.items():
        if short in known.split():
            return name
    return _zones().get(key)


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _missing(places: Mapping[str, int]) -> list[str]:
    return [name for name in REQUIRED if name not in places]


SHAPE = Shape(HEADINGS, _missing)
