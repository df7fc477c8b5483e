from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0005_paid_until")]
    operations: ClassVar = [
        migrations.RunSQL(read_sql(__file__, "0006_act_counts.sql"), "DROP TABLE hsl.act_counts")
    ]
