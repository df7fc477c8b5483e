-- Types of free lesson with what they are called, those of most registrations first: what facts hold, and what is named.
SELECT coalesce(counted.lesson_type, lessons.lesson_type), coalesce(lessons.title, '')
FROM (
  SELECT lesson_type, sum(registrations) AS registrations FROM lesson_counts_now
  WHERE NOT dated AND lesson_type <> '' AND length(lesson_type) <= %(longest)s
  GROUP BY lesson_type
) AS counted
FULL JOIN lessons ON lessons.lesson_type = counted.lesson_type
ORDER BY counted.registrations DESC NULLS LAST, 1
LIMIT %(limit)s
