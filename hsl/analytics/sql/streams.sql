-- Streams. One row a stream that is listed or has bookings, of every course, the latest to start first;
-- bookings without a stream stand in a row of their own, last.
WITH counts AS (
  SELECT
    course_id,
    nullif(course_stream, '') AS course_stream,
    sum(n)::bigint AS total,
    coalesce(sum(n) FILTER (WHERE confirmed = 2), 0)::bigint AS confirmed,
    coalesce(sum(n) FILTER (WHERE confirmed = 1), 0)::bigint AS pending,
    coalesce(sum(n) FILTER (WHERE confirmed = -1), 0)::bigint AS cancelled
  FROM stream_counts_now
  GROUP BY course_id, nullif(course_stream, '')
)
SELECT
  listed.id,
  coalesce(counts.course_id, listed.course_id) AS course_id,
  courses.title AS course_title,
  coalesce(counts.course_stream, listed.course_stream) AS course_stream,
  nullif(listed.title, '') AS title,
  listed.starts_on,
  listed.ends_on,
  listed.sale_starts_on,
  listed.archived_at IS NOT NULL AS is_archived,
  listed.seats,
  coalesce(counts.total, 0) AS total,
  coalesce(counts.confirmed, 0) AS confirmed,
  coalesce(counts.pending, 0) AS pending,
  coalesce(counts.cancelled, 0) AS cancelled
FROM counts
FULL JOIN course_streams AS listed
  ON listed.course_id = counts.course_id AND listed.course_stream = counts.course_stream
LEFT JOIN courses ON courses.id = coalesce(counts.course_id, listed.course_id)
ORDER BY
  coalesce(counts.course_stream, listed.course_stream) IS NULL,
  listed.course_id IS NULL,
  listed.starts_on DESC NULLS LAST,
  2,
  coalesce(counts.course_stream, listed.course_stream) COLLATE "C" DESC
