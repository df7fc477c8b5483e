from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("broadcasts", "0001_broadcasts")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Template",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "db_table": "templates",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.IntegerField()),
                ("url", models.TextField()),
            ],
            options={
                "db_table": "links",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("message_id"),
                        django.db.models.functions.text.MD5("url"),
                        name="links_one_of_an_address",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("file_name", models.TextField()),
                ("content_type", models.CharField(max_length=64)),
                ("size", models.IntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("data", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "uploads",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("sha256", "kind"), name="uploads_one_of_a_file")
                ],
            },
        ),
        migrations.CreateModel(
            name="Click",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("times", models.IntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clicks",
                        to="broadcasts.link",
                    ),
                ),
            ],
            options={
                "db_table": "clicks",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("link", "user_id"), name="clicks_one_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bot_id", models.BigIntegerField()),
                ("file_id", models.TextField()),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="broadcasts.upload",
                    ),
                ),
            ],
            options={
                "db_table": "uploaded_files",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "bot_id"), name="uploaded_files_one_a_bot")
                ],
            },
        ),
    ]
