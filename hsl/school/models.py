"""The specification's five tables (read through the views of schema hsl), courses, streams, the school itself."""

from django.db import models


class Booking(models.Model):
    """A booking of a paid course. ``confirmed``: -1 cancelled, 1 pending, 2 confirmed; 0 or NULL in an adopted
    database means new."""

    id = models.IntegerField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    username = models.TextField(null=True)
    first_name = models.TextField(null=True)
    course_id = models.IntegerField(null=True)
    course_stream = models.TextField(null=True)
    confirmed = models.IntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    referral_code = models.TextField(null=True)
    discount_percent = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "bookings"


class FreeLessonRegistration(models.Model):
    """A registration for a free lesson."""

    id = models.IntegerField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    username = models.TextField(null=True)
    first_name = models.TextField(null=True)
    email = models.TextField(null=True)
    registered_at = models.DateTimeField(null=True)
    notification_sent = models.BooleanField(null=True)
    lesson_type = models.TextField(null=True)
    lesson_date = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "free_lesson_registrations"


class Event(models.Model):
    """Something a person did, or something that happened to them."""

    id = models.IntegerField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    username = models.TextField(null=True)
    first_name = models.TextField(null=True)
    event_type = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)
    details = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "events"


class MessageHistory(models.Model):
    """A message to one person or a group."""

    id = models.IntegerField(primary_key=True)
    message_text = models.TextField()
    total_recipients = models.IntegerField(default=0)
    successful_deliveries = models.IntegerField(null=True, default=0)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(null=True)
    recipient_type = models.TextField(null=True)
    recipient_group = models.TextField(null=True)
    scheduled_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "message_history"


class MessageRecipient(models.Model):
    """One person a message is for."""

    id = models.IntegerField(primary_key=True)
    message = models.ForeignKey(MessageHistory, models.DO_NOTHING)
    user_id = models.BigIntegerField()
    username = models.TextField(null=True)
    delivery_status = models.TextField(null=True, default="pending")
    created_at = models.DateTimeField(null=True)
    telegram_message_id = models.IntegerField(null=True)

    class Meta:
        managed = False
        db_table = "message_recipients"


class Course(models.Model):
    """A course that the school sells; its id is the one that bookings carry."""

    id = models.IntegerField(primary_key=True)
    title = models.TextField()

    class Meta:
        db_table = "courses"

    def __str__(self) -> str:
        return self.title


class CourseStream(models.Model):
    """A cohort of a course. Ways in that are ours refuse a stream that is not listed here.

    ``sale_starts_on``: since when it is sold. An archived stream stays what it is, and is offered to nobody any more.
    """

    course = models.ForeignKey(Course, models.PROTECT)
    course_stream = models.TextField()
    title = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    sale_starts_on = models.DateField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "course_streams"
        constraints = [
            models.UniqueConstraint(fields=["course", "course_stream"], name="course_streams_one_of_a_name")
        ]

    def __str__(self) -> str:
        return self.title or self.course_stream


class Lesson(models.Model):
    """What people call a type of free lesson, whose ``lesson_type`` is the one that registrations carry."""

    lesson_type = models.TextField(primary_key=True)
    title = models.TextField()

    class Meta:
        db_table = "lessons"

    def __str__(self) -> str:
        return self.title


class School(models.Model):
    """The one row of the school's settings. ``language``: of pages for who has not chosen one; empty: the browser's.
    ``quiet_from``, ``quiet_until``: the hours, in the school's zone, in which broadcasts that mind them wait."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="", blank=True)
    time_zone = models.TextField(default="Europe/Moscow")
    language = models.TextField(default="", db_default="", blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)

    class Meta:
        db_table = "school"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="school_is_one")]

    def __str__(self) -> str:
        return self.name


class Unreachable(models.Model):
    """A person whom a bot cannot write to, since when and why. Who is among the people no more leaves here too."""

    bot_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    since = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        db_table = "unreachable"
        constraints = [models.UniqueConstraint(fields=["bot_id", "user_id"], name="unreachable_once_a_bot")]
        indexes = [models.Index(fields=["user_id"], name="unreachable_person")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.reason}"


class Import(models.Model):
    """A file of facts that came in, or was to. ``columns``: the specification's name of a column to the file's header;
    ``maps``: [column, the file's value, what it means]; ``checked``: what the last dry run found, ``result``: what the
    import did (:class:`hsl.school.importing.service.ImportResult`). ``job``: the newest job of it."""

    class State(models.TextChoices):
        """Where it stands."""

        UPLOADED = "uploaded"
        IMPORTED = "imported"
        UNDONE = "undone"

    kind = models.CharField(max_length=16)
    file_name = models.TextField()
    size = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=State, default=State.UPLOADED)
    operator = models.ForeignKey("accounts.Operator", models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True)
    columns = models.JSONField(default=dict)
    maps = models.JSONField(default=list)
    checked = models.JSONField(null=True)
    result = models.JSONField(null=True)
    undone = models.JSONField(null=True)
    preview = models.JSONField(default=dict)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "imports"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.file_name}: {self.kind}"
