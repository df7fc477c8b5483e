from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0004_seed")]
    operations: ClassVar = [
        migrations.RunSQL(read_sql(__file__, "0005_table_shapes.sql"), "DROP TABLE hsl.table_shapes"),
    ]
