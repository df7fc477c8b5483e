from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

RANKS = ", ".join(f"DROP COLUMN rank_{day} CASCADE" for day in range(7))
DROP = f"ALTER TABLE hsl.leads {RANKS}; DROP FUNCTION hsl.lead_rank;" + read_sql(__file__, "0006_leads.sql")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0007_member_orders")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0008_lead_ranks.sql"), DROP)]
