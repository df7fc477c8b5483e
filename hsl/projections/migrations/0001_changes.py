from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.changes, hsl.taken, hsl.waiting, hsl.heavy, hsl.set_aside, hsl.recounts, hsl.recounted, hsl.gate CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0004_seed")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0001_changes.sql"), DROP)]
