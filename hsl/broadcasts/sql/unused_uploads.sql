-- Deletes the uploads of before a moment that neither a message nor a template uses.
DELETE FROM uploads AS u
WHERE u.created_at < %(before)s
  AND NOT EXISTS (SELECT FROM broadcasts AS b WHERE b.content -> 'media' ->> 'upload' = u.id::text)
  AND NOT EXISTS (SELECT FROM templates AS t WHERE t.content -> 'media' ->> 'upload' = u.id::text)
