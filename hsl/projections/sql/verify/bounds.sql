-- Every so many-th id of a person, so that no piece is large.
SELECT user_id FROM (SELECT user_id, row_number() OVER (ORDER BY user_id) AS place FROM hsl.user_activity) AS people
WHERE place %% %(piece)s = 0 ORDER BY user_id
