-- The specification's fact tables, each made only where it is missing. What was there before us is never altered.
-- hsl.own_tables remembers which of them are ours: only those may carry rules of ours, and only those may be dropped.

CREATE TABLE IF NOT EXISTS hsl.own_tables (name text PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());

DO $$
BEGIN
  IF to_regclass('public.bookings') IS NULL THEN
    CREATE TABLE public.bookings (
      id serial PRIMARY KEY,
      user_id bigint NOT NULL,
      username text,
      first_name text,
      course_id integer NOT NULL,
      course_stream text,
      confirmed integer NOT NULL DEFAULT 1 CHECK (confirmed IN (-1, 1, 2)),
      created_at timestamptz NOT NULL DEFAULT now(),
      referral_code text,
      discount_percent integer CHECK (discount_percent BETWEEN 0 AND 100)
    );
    CREATE UNIQUE INDEX bookings_one_active ON public.bookings (user_id, course_id, course_stream) WHERE confirmed <> -1;
    INSERT INTO hsl.own_tables (name) VALUES ('bookings');
  END IF;

  IF to_regclass('public.free_lesson_registrations') IS NULL THEN
    CREATE TABLE public.free_lesson_registrations (
      id serial PRIMARY KEY,
      user_id bigint NOT NULL,
      username text,
      first_name text,
      email text NOT NULL,
      registered_at timestamptz NOT NULL DEFAULT now(),
      notification_sent boolean NOT NULL DEFAULT false,
      lesson_type text,
      lesson_date date
    );
    CREATE UNIQUE INDEX free_lesson_registrations_one_a_lesson
      ON public.free_lesson_registrations (user_id, lesson_type, lesson_date);
    INSERT INTO hsl.own_tables (name) VALUES ('free_lesson_registrations');
  END IF;

  IF to_regclass('public.events') IS NULL THEN
    CREATE TABLE public.events (
      id serial PRIMARY KEY,
      user_id bigint NOT NULL,
      username text,
      first_name text,
      event_type text,
      created_at timestamptz NOT NULL DEFAULT now(),
      details jsonb
    );
    INSERT INTO hsl.own_tables (name) VALUES ('events');
  END IF;
END $$;
