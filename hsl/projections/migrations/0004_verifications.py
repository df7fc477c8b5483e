from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0003_sums")]
    operations: ClassVar = [
        migrations.RunSQL(read_sql(__file__, "0004_verifications.sql"), "DROP TABLE hsl.verifications")
    ]
