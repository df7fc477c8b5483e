-- A booking's course and stream are listed ones; a booking without a stream needs a listed course.
SELECT line, coalesce(course_stream, course_id::text) AS value, coalesce(course_id::text, '') AS other
FROM rows_to_import
WHERE NOT bad
  AND NOT EXISTS (SELECT FROM hsl.course_streams AS listed
                  WHERE listed.course_id = rows_to_import.course_id
                    AND listed.course_stream = rows_to_import.course_stream)
  AND (course_stream IS NOT NULL OR NOT EXISTS (SELECT FROM hsl.courses WHERE courses.id = course_id))
