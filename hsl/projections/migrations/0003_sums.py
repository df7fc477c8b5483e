from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.deltas, hsl.merged, hsl.totals, hsl.stream_counts, hsl.lesson_counts,
  hsl.activity, hsl.activity_days CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0002_people")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0003_sums.sql"), DROP)]
