from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0001_facts")]
    operations: ClassVar = [
        migrations.RunSQL(read_sql(__file__, "0002_messages.sql"), migrations.RunSQL.noop),
    ]
