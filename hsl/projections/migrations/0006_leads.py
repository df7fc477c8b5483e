from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
ALTER TABLE hsl.leads DROP COLUMN totals CASCADE, DROP COLUMN active_days CASCADE;
DROP FUNCTION hsl.running_totals, hsl.running_days;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0005_streams")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0006_leads.sql"), DROP)]
