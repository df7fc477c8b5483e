from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0003_school")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0004_seed.sql"), migrations.RunSQL.noop)]
