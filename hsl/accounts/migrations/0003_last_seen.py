from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0002_throttle")]
    operations: ClassVar = [migrations.AddField("operator", "last_seen_at", models.DateTimeField(null=True))]
