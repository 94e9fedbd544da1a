"""What was told before and nobody has seen to yet: into the lists that officers look at now."""

from django.db import migrations

CHANGES = ("address", "phone", "work")


def pass_on(apps, schema_editor):
    Told = apps.get_model("checkins", "Told")
    ChangeReport = apps.get_model("requests", "ChangeReport")
    HelpRequest = apps.get_model("requests", "HelpRequest")
    waiting = Told.objects.filter(needs_officer=True, handled_at__isnull=True)
    reported = set()
    # The newest first: of each kind only one waits.
    for told in waiting.select_related("check_in").order_by("-told_at").iterator(500):
        person = told.check_in.participant_id
        for name, words in told.answers.items():
            words = words if isinstance(words, str) else ""
            common = {"participant_id": person, "source_id": told.public_id}
            if name in CHANGES and (person, name) not in reported:
                reported.add((person, name))
                ChangeReport.objects.create(
                    kind=name, words=words, reported_at=told.told_at, **common
                )
            elif name == "call_back":
                HelpRequest.objects.create(
                    kind="call", best_time=words[:200], asked_at=told.told_at, **common
                )
            elif name == "support":
                HelpRequest.objects.create(
                    kind="other", words=words, asked_at=told.told_at, **common
                )


def take_back(apps, schema_editor):
    """Those that nobody has looked at: what was told is still there."""
    sources = list(apps.get_model("checkins", "Told").objects.values_list("public_id", flat=True))
    apps.get_model("requests", "ChangeReport").objects.filter(
        source_id__in=sources, state="reported"
    ).delete()
    apps.get_model("requests", "HelpRequest").objects.filter(
        source_id__in=sources, state="asked"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("checkins", "0019_taking_back_checked"), ("requests", "0001_requests")]
    operations = [migrations.RunPython(pass_on, take_back, elidable=True)]
