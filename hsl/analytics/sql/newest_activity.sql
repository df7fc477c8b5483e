-- Newest activity. One row a fact, the newest by time first, among the newest of each kind by id (read off the ids'
-- indexes, so it costs the same however many facts there are). The person's name is the one that pages show.
WITH newest AS (
  (SELECT 'event' AS kind, id, user_id, username, first_name, created_at AS at, event_type AS type,
          details ->> 'lesson_type' AS subject, NULL::integer AS course_id, NULL::integer AS confirmed
   FROM events ORDER BY id DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT 'booking', id, user_id, username, first_name, created_at, NULL, course_stream, course_id, confirmed
   FROM bookings ORDER BY id DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT 'registration', id, user_id, username, first_name, registered_at, NULL, lesson_type, NULL, NULL
   FROM free_lesson_registrations ORDER BY id DESC LIMIT %(limit)s)
)
SELECT
  newest.kind,
  newest.id,
  newest.user_id,
  CASE WHEN person.user_id IS NULL THEN newest.username ELSE person.username END AS username,
  CASE WHEN person.user_id IS NULL THEN newest.first_name ELSE person.first_name END AS first_name,
  newest.at,
  newest.type,
  newest.subject,
  CASE newest.kind WHEN 'booking' THEN nullif(stream.title, '') ELSE lesson.title END AS title,
  newest.confirmed
FROM newest
LEFT JOIN user_cache AS person ON person.user_id = newest.user_id
LEFT JOIN course_streams AS stream ON stream.course_id = newest.course_id AND stream.course_stream = newest.subject
LEFT JOIN lessons AS lesson ON lesson.lesson_type = newest.subject
ORDER BY newest.at DESC NULLS LAST, newest.id DESC, newest.kind
LIMIT %(limit)s
