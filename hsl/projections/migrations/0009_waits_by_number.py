from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

UNIQUE_AGAIN = """
DELETE FROM hsl.waiting w USING hsl.waiting o WHERE o.user_id = w.user_id AND o.n < w.n;
UPDATE hsl.waiting SET lessons = true;
ALTER TABLE hsl.waiting ADD CONSTRAINT waiting_user_id_key UNIQUE (user_id);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0008_lead_ranks")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0009_waits_by_number.sql"), UNIQUE_AGAIN)]
