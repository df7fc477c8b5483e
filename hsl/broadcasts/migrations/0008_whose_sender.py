from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0007_deleted_keys")]
    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE hsl.senders ADD COLUMN bot_id bigint",
            "ALTER TABLE hsl.senders DROP COLUMN bot_id",
        )
    ]
