from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

BACK = """
DROP INDEX hsl.deliveries_reason;
ALTER TABLE hsl.broadcasts DROP COLUMN first_recipient;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0002_content")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0003_reading.sql"), BACK)]
