from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

# What was counted the other way goes. The other version's deltas, of which some may come until its functions are
# replaced, go by another name ('lead_counts' before, 'heats' since), and are not merged.
EMPTY = """
LOCK TABLE hsl.gate IN EXCLUSIVE MODE;
DROP TABLE hsl.lead_counts CASCADE;
DROP FUNCTION IF EXISTS hsl.leads_counted_on(date);
INSERT INTO hsl.recounts (kind, reason) SELECT 0, 'counts of leads' WHERE EXISTS (SELECT FROM hsl.leads)
ON CONFLICT (kind) DO NOTHING;
"""
BY_NEWEST_DAY = """
CREATE TABLE hsl.lead_counts (
  last_day date NOT NULL,
  standing integer NOT NULL,
  n bigint NOT NULL,
  PRIMARY KEY (last_day, standing)
);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0010_lead_counts")]
    operations: ClassVar = [
        migrations.RunSQL(EMPTY + read_sql(__file__, "0011_leads_by_day.sql"), EMPTY + BY_NEWEST_DAY)
    ]
