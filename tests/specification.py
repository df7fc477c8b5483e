"""The SQL of the specification (data model), word for word, for tests and benchmarks to hold the product against."""

# User Search Functionality; $1 is the pattern
SEARCH = """
SELECT DISTINCT user_id, username, first_name
FROM (
  SELECT user_id, username, first_name
  FROM bookings
  WHERE LOWER(username) LIKE $1 OR LOWER(first_name) LIKE $1
  UNION
  SELECT user_id, username, first_name
  FROM free_lesson_registrations
  WHERE LOWER(username) LIKE $1 OR LOWER(first_name) LIKE $1
) AS users
WHERE user_id IS NOT NULL
ORDER BY username, first_name
LIMIT 50
"""

# Dashboard Statistics
UNIQUE_USERS = """
SELECT COUNT(DISTINCT user_id) as count FROM (
  SELECT user_id FROM bookings
  UNION
  SELECT user_id FROM events
  UNION
  SELECT user_id FROM free_lesson_registrations
) AS all_users
"""

# Course Stream Statistics
STREAM_STATISTICS = """
SELECT
  course_id,
  course_stream,
  COUNT(*) as total,
  SUM(CASE WHEN confirmed = 2 THEN 1 ELSE 0 END) as confirmed,
  SUM(CASE WHEN confirmed = 1 THEN 1 ELSE 0 END) as pending,
  SUM(CASE WHEN confirmed = -1 THEN 1 ELSE 0 END) as cancelled
FROM bookings
WHERE course_id = 1 AND course_stream IS NOT NULL
GROUP BY course_id, course_stream
"""

# User Deduplication Logic
DEDUPLICATED_USERS = """
SELECT DISTINCT ON (user_id) user_id, username, first_name
FROM (
  SELECT user_id, username, first_name
  FROM bookings
  WHERE user_id IS NOT NULL
  UNION
  SELECT user_id, username, first_name
  FROM free_lesson_registrations
  WHERE user_id IS NOT NULL
) AS users
ORDER BY user_id,
         CASE WHEN username IS NOT NULL AND username != '' THEN 1 ELSE 2 END,
         CASE WHEN first_name IS NOT NULL AND first_name != '' THEN 1 ELSE 2 END
"""

# Course Stream Management; $2 is "the most recent active booking for a user"
MOVE = """
UPDATE bookings
SET course_stream = $1
WHERE id = $2
"""

# Lesson Conversion Tracking
LESSON_CONVERSION = """
WITH registrations AS (
  SELECT
    lesson_type,
    COUNT(*) as registration_count
  FROM free_lesson_registrations
  GROUP BY lesson_type
),
attendances AS (
  SELECT
    details->>'lesson_type' as lesson_type,
    COUNT(*) as attendance_count
  FROM events
  WHERE event_type = 'lesson_link_clicked'
    AND details->>'lesson_type' IS NOT NULL
  GROUP BY details->>'lesson_type'
)
SELECT
  COALESCE(r.lesson_type, a.lesson_type) as lesson_type,
  COALESCE(r.registration_count, 0) as registrations,
  COALESCE(a.attendance_count, 0) as attendances,
  CASE
    WHEN COALESCE(r.registration_count, 0) = 0 THEN 0
    ELSE ROUND((COALESCE(a.attendance_count, 0)::decimal / r.registration_count::decimal) * 100, 1)
  END as conversion_rate
FROM registrations r
FULL OUTER JOIN attendances a ON r.lesson_type = a.lesson_type
"""

# User Categorization
NON_COURSE_USERS = """
SELECT DISTINCT ON (user_id) user_id, username, first_name
FROM (
  SELECT user_id, username, first_name
  FROM events
  WHERE user_id IS NOT NULL
  UNION
  SELECT user_id, username, first_name
  FROM free_lesson_registrations
  WHERE user_id IS NOT NULL
  UNION
  SELECT user_id, username, first_name
  FROM bookings
  WHERE user_id IS NOT NULL
) AS all_users
WHERE user_id NOT IN (
  SELECT DISTINCT user_id
  FROM bookings
  WHERE confirmed = 2
    AND user_id IS NOT NULL
)
"""
