"""Gives reviews that wait already their place by the rule of today (`checkins.reviews.rules`)."""

from django.db import migrations

RANK = """
UPDATE checkins_review r
SET ranked_from = r.opened_at
  - CASE WHEN r.proposed_at IS NOT NULL THEN interval '24 hours' ELSE interval '0' END
  - COALESCE((
      SELECT CASE WHEN a.late THEN interval '6 hours' ELSE interval '0' END
        + CASE WHEN a.method = 'phone' THEN interval '4 hours'
               WHEN v.result = 'spoof_suspected' THEN interval '24 hours'
               WHEN v.result = 'no_match' THEN interval '12 hours'
               WHEN v.result IN ('no_face', 'several_faces', 'poor_photo') THEN interval '6 hours'
               WHEN v.result = 'inconclusive' THEN interval '4 hours'
               WHEN v.result IN ('error', 'match') THEN interval '2 hours'
               ELSE interval '0' END
      FROM checkins_attempt a LEFT JOIN checkins_verification v ON v.attempt_id = a.id
      WHERE a.check_in_id = r.check_in_id ORDER BY a.number DESC LIMIT 1), interval '0')
WHERE r.verdict = ''
"""


class Migration(migrations.Migration):

    dependencies = [('checkins', '0016_review_rank')]

    operations = [migrations.RunSQL(RANK, migrations.RunSQL.noop)]
