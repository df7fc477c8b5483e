from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0004_undo")]
    operations: ClassVar = [
        migrations.AddField("operator", "telegram_id", models.BigIntegerField(null=True)),
    ]
