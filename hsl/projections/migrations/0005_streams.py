from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.stream_people, hsl.programme_views CASCADE;
ALTER TABLE hsl.lesson_counts DROP COLUMN people_missed CASCADE;
ALTER TYPE hsl.happened DROP ATTRIBUTE course_id CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0004_verifications")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0005_streams.sql"), DROP)]
