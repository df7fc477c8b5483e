"""Tables of broadcasts."""

from django.db import models
from django.db.models.functions import MD5


class Template(models.Model):
    """A message kept to be written again. ``content`` is that of :class:`hsl.broadcasts.content.Content`."""

    name = models.CharField(max_length=100, unique=True)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "templates"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A photo, video or document that an operator brought; one file is kept once. In the database, so that every
    worker has it, and a backup too."""

    kind = models.CharField(max_length=16)
    file_name = models.TextField()
    content_type = models.CharField(max_length=64)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    data = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "uploads"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sha256", "kind"], name="uploads_one_of_a_file")]

    def __str__(self) -> str:
        return self.file_name


class UploadedFile(models.Model):
    """What a bot calls an upload, once Telegram has it from that bot."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="files")
    bot_id = models.BigIntegerField()
    file_id = models.TextField()

    class Meta:
        db_table = "uploaded_files"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["upload", "bot_id"], name="uploaded_files_one_a_bot")]

    def __str__(self) -> str:
        return self.file_id


class Link(models.Model):
    """A tracked link of a message. It leads on for as long as chats hold it, also when the message's record is gone."""

    message_id = models.IntegerField()
    url = models.TextField()

    class Meta:
        db_table = "links"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("message_id", MD5("url"), name="links_one_of_an_address"),
        ]

    def __str__(self) -> str:
        return self.url


class Click(models.Model):
    """A person who followed a link, how often, and when first and last."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="clicks")
    user_id = models.BigIntegerField()
    times = models.IntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "clicks"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["link", "user_id"], name="clicks_one_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.link_id}"
