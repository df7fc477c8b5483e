-- An email belongs to one person: an earlier line gives it to somebody else.
SELECT line, email AS value, first_user::text AS other
FROM (SELECT line, email, user_id,
             first_value(user_id) OVER (PARTITION BY hsl.fold(email) ORDER BY line) AS first_user
      FROM rows_to_import WHERE NOT bad) AS numbered
WHERE user_id <> first_user
