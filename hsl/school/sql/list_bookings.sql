-- Courses and streams of the bookings, named: courses by the two arrays (id as text, name), a stream called
-- "6th_stream" as "6-й поток". What is listed already keeps its name, but for a course that the arrays name.
WITH named AS (
  SELECT * FROM unnest(%s::text[], %s::text[]) AS given (course_id, title)
), booked AS (
  SELECT DISTINCT course_id, course_stream FROM hsl.bookings WHERE course_id IS NOT NULL
), listed AS (
  INSERT INTO hsl.courses (id, title)
  SELECT DISTINCT ON (b.course_id) b.course_id, coalesce(n.title, 'Курс ' || b.course_id)
  FROM booked AS b LEFT JOIN named AS n ON n.course_id = b.course_id::text
  ON CONFLICT (id) DO UPDATE SET title = excluded.title
    WHERE EXISTS (SELECT FROM named WHERE named.course_id = excluded.id::text)
)
INSERT INTO hsl.course_streams (course_id, course_stream, title)
SELECT course_id, course_stream, coalesce(substring(course_stream FROM '^([0-9]+)(?:st|nd|rd|th)_stream$') || '-й поток', '')
FROM booked WHERE course_stream <> ''
ON CONFLICT (course_id, course_stream) DO NOTHING
