from typing import ClassVar

from django.db import migrations

from hsl.school.sqlfile import read_sql

DROP = """
DROP TABLE hsl.message_act_rows, hsl.message_acts, hsl.chat_moves, hsl.senders, hsl.bots, hsl.delivery_counts,
  hsl.deliveries, hsl.broadcasts;
DROP SEQUENCE hsl.claim_token;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("projections", "0005_streams"), ("messaging", "0001_messages")]
    operations: ClassVar = [migrations.RunSQL(read_sql(__file__, "0001_broadcasts.sql"), DROP)]
