from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.user_cache, hsl.user_activity, hsl.memberships, hsl.lesson_people, hsl.leads, hsl.gone CASCADE;
DROP TYPE hsl.booked, hsl.registered, hsl.happened CASCADE;
DROP SEQUENCE hsl.revision;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0001_changes")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0002_people.sql"), DROP)]
