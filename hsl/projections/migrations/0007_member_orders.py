from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
ALTER TABLE hsl.memberships
  DROP COLUMN first_seen CASCADE, DROP COLUMN last_seen CASCADE, DROP COLUMN sort_name CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0006_leads")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0007_member_orders.sql"), DROP)]
