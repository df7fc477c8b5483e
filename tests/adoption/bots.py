"""Databases as bots make them: plain SQL, by programs that know nothing of us."""

from collections.abc import Callable
from typing import Any, TypeAlias

import psycopg

from hsl.projections.adoption import detach, migrate
from tests.databases import Database

Connection: TypeAlias = psycopg.Connection[Any]
BotDatabase: TypeAlias = Callable[[], Database]

#: A live bot's school, with all that a real one has: its own courses, users and coupons, a django_migrations, loose
#: types, rows that keep no rule of ours, old messages that nobody sent.
SCHOOL = """
CREATE TABLE courses (id serial PRIMARY KEY, name varchar(100) NOT NULL, price integer, is_active boolean DEFAULT true);
INSERT INTO courses (name, price) VALUES ('Вайб кодинг с нуля', 19900), ('Боты на Python', 9900);
CREATE TABLE users (user_id bigint PRIMARY KEY, username text, created_at timestamp DEFAULT now());
CREATE TABLE django_migrations (id serial PRIMARY KEY, app varchar(255), name varchar(255), applied timestamptz);
INSERT INTO django_migrations (app, name, applied) VALUES
  ('school', '0001_facts', '2024-01-01');

CREATE TABLE bookings (
  id serial PRIMARY KEY,
  user_id bigint NOT NULL,
  username varchar(255),
  first_name varchar(255),
  course_id integer NOT NULL REFERENCES courses (id),
  course_stream varchar(50) DEFAULT '4th_stream',
  confirmed integer DEFAULT 0,
  created_at timestamp DEFAULT CURRENT_TIMESTAMP,
  referral_code varchar(20),
  discount_percent integer DEFAULT 0
);
CREATE TABLE referral_coupons (code varchar(20) PRIMARY KEY, discount integer, is_active boolean DEFAULT true);
CREATE TABLE referral_usage (
  id serial PRIMARY KEY,
  coupon varchar(20) REFERENCES referral_coupons (code),
  booking_id integer REFERENCES bookings (id) ON DELETE CASCADE
);
CREATE TABLE free_lesson_registrations (
  id serial PRIMARY KEY,
  user_id bigint NOT NULL,
  username text,
  first_name text,
  email text,
  registered_at timestamp DEFAULT CURRENT_TIMESTAMP,
  notification_sent boolean DEFAULT false,
  lesson_type varchar(50) DEFAULT 'vibecoding',
  UNIQUE (user_id, lesson_type)
);
CREATE TABLE events (
  id serial PRIMARY KEY,
  user_id bigint,
  event_type varchar(100) NOT NULL,
  created_at timestamptz DEFAULT now(),
  details jsonb
);
CREATE TABLE message_history (
  id serial PRIMARY KEY,
  message_text text NOT NULL,
  total_recipients integer NOT NULL DEFAULT 0,
  successful_deliveries integer DEFAULT 0,
  sent_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  recipient_type varchar(20),
  recipient_group varchar(50),
  scheduled_at timestamptz
);
CREATE TABLE message_recipients (
  id serial PRIMARY KEY,
  message_id integer NOT NULL REFERENCES message_history (id) ON DELETE CASCADE,
  user_id bigint NOT NULL,
  username text,
  delivery_status varchar(20) DEFAULT 'pending',
  created_at timestamptz DEFAULT CURRENT_TIMESTAMP,
  telegram_message_id integer
);

INSERT INTO referral_coupons (code, discount) VALUES ('FRIEND20', 20);
INSERT INTO bookings (user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code)
SELECT g, 'user' || g, 'Имя' || g, 1 + g % 2, (ARRAY['3rd_stream', '4th_stream', '7th_stream', NULL])[1 + g % 4],
       (ARRAY[-1, 0, 1, 2, NULL])[1 + g % 5], timestamp '2025-01-01' + g * interval '17 minutes',
       CASE WHEN g % 10 = 0 THEN 'FRIEND20' END
FROM generate_series(1, 40) AS g;
INSERT INTO bookings (user_id, course_id, created_at, discount_percent) VALUES
  (1, 1, 'infinity', 250), (1, 1, '-infinity', -5), (2, 1, '0044-03-15 BC', 0), (3, 1, NULL, NULL);
INSERT INTO referral_usage (coupon, booking_id) SELECT 'FRIEND20', id FROM bookings WHERE referral_code IS NOT NULL;
INSERT INTO free_lesson_registrations (user_id, username, first_name, email, registered_at, lesson_type)
SELECT g, CASE WHEN g % 3 > 0 THEN 'user' || g END, '', CASE WHEN g % 4 > 0 THEN 'u' || g % 20 || '@example.com' END,
       timestamp '2025-02-01' + g * interval '1 hour', (ARRAY['vibecoding', 'figma'])[1 + g % 2]
FROM generate_series(20, 80) AS g;
INSERT INTO events (user_id, event_type, created_at, details)
SELECT nullif(g % 90, 0), (ARRAY['start_command', 'view_program', 'lesson_link_clicked'])[1 + g % 3],
       timestamptz '2025-02-01 00:00:00+00' + g * interval '31 minutes',
       jsonb_build_object('username', 'seen' || g % 90, 'first_name', 'Видели', 'lesson_type', 'vibecoding')
FROM generate_series(1, 200) AS g;
INSERT INTO events (user_id, event_type, created_at, details) VALUES
  (500, 'lesson_link_clicked', '294276-01-01', '["vibecoding"]'), (500, 'lesson_link_clicked', '-infinity', '"x"'),
  (NULL, 'lesson_link_clicked', '2025-03-01', '{"lesson_type": "vibecoding"}'), (501, 'old', NULL, 'null');
INSERT INTO message_history (message_text, total_recipients, scheduled_at, recipient_type, recipient_group) VALUES
  ('Yesterday', 2, '2025-01-01', 'group', 'all'), ('Some day', 1, '2099-01-01', 'individual', NULL);
INSERT INTO message_recipients (message_id, user_id) VALUES (1, 1), (1, 2), (2, 3);
"""

#: The same with other choices that bots make.
OTHER_SCHOOL = (
    SCHOOL
    + """
ALTER TABLE free_lesson_registrations ADD COLUMN lesson_date date DEFAULT '2025-09-05';
ALTER TABLE free_lesson_registrations DROP CONSTRAINT free_lesson_registrations_user_id_lesson_type_key;
ALTER TABLE free_lesson_registrations ADD UNIQUE (user_id, lesson_type, lesson_date);
ALTER TABLE bookings ALTER COLUMN user_id TYPE integer, ALTER COLUMN created_at TYPE timestamptz;
ALTER TABLE events ALTER COLUMN details TYPE text, ADD COLUMN username text;
"""
)


def adopt(database: Database) -> None:
    """``hsl migrate``."""
    with database.as_django():
        migrate()


def leave(database: Database) -> None:
    """``hsl detach --yes``."""
    with database.as_django():
        detach()


def as_hsl(database: Database) -> Connection:
    """A connection as ours are."""
    return database.connect(options="-c search_path=hsl,public")
