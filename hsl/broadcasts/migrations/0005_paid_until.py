from typing import ClassVar

from django.db import migrations

ADD = "ALTER TABLE hsl.bots ADD COLUMN paid_until timestamptz NOT NULL DEFAULT 'epoch'"
DROP = "ALTER TABLE hsl.bots DROP COLUMN paid_until"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0004_keyed_bodies")]
    operations: ClassVar = [migrations.RunSQL(ADD, DROP)]
