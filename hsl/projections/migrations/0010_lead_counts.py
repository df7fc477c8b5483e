from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.lead_counts CASCADE;
ALTER TABLE hsl.leads DROP COLUMN standing CASCADE;
DROP FUNCTION hsl.lead_standing;
CREATE INDEX leads_last_day ON hsl.leads (last_day);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0009_waits_by_number")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0010_lead_counts.sql"), DROP)]
