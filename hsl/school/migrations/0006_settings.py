from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("school", "0005_table_shapes")]
    operations: ClassVar = [
        migrations.AddField("coursestream", "sale_starts_on", models.DateField(null=True, blank=True)),
        migrations.AddField("coursestream", "archived_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("school", "language", models.TextField(default="", db_default="", blank=True)),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                ("lesson_type", models.TextField(primary_key=True, serialize=False)),
                ("title", models.TextField()),
            ],
            options={"db_table": "lessons"},
        ),
    ]
