-- The specification's tables under their own names and with exactly its columns and types.
CREATE OR REPLACE VIEW hsl.bookings AS
SELECT id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,
       discount_percent
FROM public.bookings;

CREATE OR REPLACE VIEW hsl.free_lesson_registrations AS
SELECT id, user_id, username, first_name, email, registered_at, notification_sent, lesson_type, lesson_date
FROM public.free_lesson_registrations;

CREATE OR REPLACE VIEW hsl.events AS
SELECT id, user_id,
       coalesce(nullif(username, ''), details ->> 'username') AS username,
       coalesce(nullif(first_name, ''), details ->> 'first_name') AS first_name,
       event_type, created_at, details
FROM public.events;

CREATE OR REPLACE VIEW hsl.message_history AS
SELECT id, message_text, total_recipients, successful_deliveries, sent_at, created_at, recipient_type,
       recipient_group, scheduled_at
FROM public.message_history;

CREATE OR REPLACE VIEW hsl.message_recipients AS
SELECT id, message_id, user_id, username, delivery_status, created_at, telegram_message_id
FROM public.message_recipients;
