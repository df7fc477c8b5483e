from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    """Facts are never dropped by rolling back."""

    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.RunSQL(read_sql(__file__, "0001_facts.sql"), migrations.RunSQL.noop),
    ]
