"""Places of the demo's directory. All are invented; telephone numbers are from 555-01xx."""

from datetime import datetime, timedelta
from typing import Any

from casework.resources.services import Entry, enter
from casework.staff.models import Office, User
from smartlink.demo import cast

_NEW_YORK, _LOS_ANGELES = 0, 1
_BRING = {
    "en": "Bring the papers that you have. You need no appointment before noon.",
    "es": "Traiga los papeles que tenga. Antes del mediodía no necesita cita.",
    "ht": "Pote papye ou genyen yo. Anvan midi ou pa bezwen randevou.",
    "ar": "أحضر الأوراق التي لديك. لا تحتاج إلى موعد قبل الظهر.",
}
# (office, days since somebody looked, what is said)
PLACES: list[tuple[int, int, dict[str, Any]]] = [
    (_NEW_YORK, 20, {
        "name": "Harbor Street Legal Clinic", "kinds": ["legal"], "address": "40 Harbor Street",
        "city": "New York, NY 10004", "phone": "212-555-0131", "hours": "Mon-Thu 9-17; Fri 9-13",
        "website": "https://legal.example.org", "languages": ["en", "es", "ht", "fr", "ar"],
        "cost": "free", "notes": _BRING, "zip_prefixes": ["100"],
    }),
    (_NEW_YORK, 45, {
        "name": "Open Pantry Queens", "kinds": ["food"], "address": "7-15 Maple Avenue",
        "city": "Queens, NY 11355", "phone": "718-555-0132", "hours": "Tue,Thu 10-14; Sat 9-12",
        "languages": ["en", "es", "zh-hans"], "cost": "free", "zip_prefixes": ["113"],
        "notes": {"en": "Bring a bag. Nobody asks for papers.",
                  "es": "Traiga una bolsa. Nadie le pide papeles.",
                  "zh-hans": "请自带袋子。不需要出示证件。"},
    }),
    (_NEW_YORK, 210, {
        "name": "Riverside Community Health", "kinds": ["health", "family"],
        "address": "210 Riverside Walk", "city": "Bronx, NY 10451", "phone": "718-555-0133",
        "hours": "Mon-Fri 8:00-18:00", "languages": ["en", "es", "fr", "pa"], "cost": "some",
        "notes": {"en": "The price depends on what you earn."},
    }),
    (_NEW_YORK, 12, {
        "name": "Lantern Night Shelter", "kinds": ["housing"], "phone": "212-555-0134",
        "languages": ["en", "es"], "cost": "free",
        "notes": {"en": "Call first: they tell you where to go the same evening."},
    }),
    (_NEW_YORK, 70, {
        "name": "Brooklyn Evening School", "kinds": ["school"], "address": "88 Linden Place",
        "city": "Brooklyn, NY 11201", "phone": "718-555-0135", "hours": "Mon-Thu 18:00-21:00",
        "languages": ["en", "ru", "ar", "vi"], "cost": "free", "zip_prefixes": ["112"],
        "notes": {"en": "English classes for adults. Children may come along.",
                  "ru": "Курсы английского для взрослых. Можно прийти с детьми.",
                  "ar": "دروس إنجليزية للكبار. يمكن إحضار الأطفال."},
    }),
    (_NEW_YORK, 95, {
        "name": "Many Tongues Interpreters", "kinds": ["interpreters"], "phone": "646-555-0136",
        "website": "https://tongues.example.org", "languages": ["en", "es", "ht", "ru", "pa"],
        "other_languages": "Wolof, K’iche’", "cost": "unknown",
    }),
    (_NEW_YORK, 33, {
        "name": "Fair Ride", "kinds": ["transport"], "phone": "646-555-0137",
        "hours": "Mon-Sun 7:00-19:00", "languages": ["en", "es"], "cost": "free",
        "notes": {"en": "Rides to hearings and to the office. Call three days before."},
    }),
    (_LOS_ANGELES, 15, {
        "name": "Mission Road Legal Aid", "kinds": ["legal"], "address": "1200 Mission Road",
        "city": "Los Angeles, CA 90033", "phone": "213-555-0138", "hours": "Mon-Fri 9-16",
        "languages": ["en", "es", "zh-hans", "vi"], "cost": "free", "notes": _BRING,
    }),
    (_LOS_ANGELES, 60, {
        "name": "Valley Food Share", "kinds": ["food", "family"], "address": "31 Orange Court",
        "city": "Van Nuys, CA 91401", "phone": "818-555-0139", "hours": "Wed 9-13; Sat 9-13",
        "languages": ["en", "es", "ru"], "cost": "free", "zip_prefixes": ["914"],
    }),
    (_LOS_ANGELES, 190, {
        "name": "Eastside Family Clinic", "kinds": ["health"], "address": "77 Soto Lane",
        "city": "Los Angeles, CA 90023", "phone": "323-555-0140", "hours": "Mon-Sat 8-17",
        "languages": ["en", "es", "pa", "vi"], "cost": "some",
    }),
    (_LOS_ANGELES, 28, {
        "name": "New Start Work Center", "kinds": ["work", "school"], "address": "5 Alameda Yard",
        "city": "Los Angeles, CA 90012", "phone": "213-555-0141", "hours": "Mon-Fri 8:30-16:30",
        "languages": ["en", "es", "fr", "pt"], "cost": "free",
        "notes": {"en": "For people with a work permit.",
                  "pt": "Para quem tem permissão de trabalho.",
                  "fr": "Pour les personnes avec un permis de travail."},
    }),
    (_LOS_ANGELES, 50, {
        "name": "Casa Alegre", "kinds": ["housing", "family"], "address": "640 Figueroa Terrace",
        "city": "Los Angeles, CA 90012", "phone": "213-555-0142", "languages": ["en", "es"],
        "cost": "free", "notes": {"en": "For families with children.",
                                  "es": "Para familias con niños."},
    }),
]  # fmt: skip


def give_places(now: datetime) -> None:
    """Each entered by an officer of its office on the day that somebody last looked."""
    for position, days, said in PLACES:
        office = Office.objects.get(name=cast.OFFICES[position][0])
        keeper = User.objects.filter(offices=office, role="officer").order_by("email").first()
        if keeper is not None:
            enter(Entry(**said), [office], by=keeper, now=now - timedelta(days=days))
