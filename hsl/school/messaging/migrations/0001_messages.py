from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    """Rolled back, messages go only where the tables are ours, or where their owner has said so."""

    dependencies: ClassVar = [("school", "0001_facts")]
    operations: ClassVar = [
        migrations.RunSQL(
            read_sql(__file__, "0001_messages.sql"), read_sql(__file__, "0001_messages_back.sql")
        ),
    ]
