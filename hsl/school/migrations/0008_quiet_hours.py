from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0007_imports")]
    operations: ClassVar = [
        migrations.AddField("school", "quiet_from", models.TimeField(null=True, blank=True)),
        migrations.AddField("school", "quiet_until", models.TimeField(null=True, blank=True)),
    ]
