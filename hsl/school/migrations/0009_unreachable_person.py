from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0008_quiet_hours")]
    operations: ClassVar = [
        migrations.AddIndex("unreachable", models.Index(fields=["user_id"], name="unreachable_person")),
    ]
