-- The school, its course and the three streams that the specification names.
INSERT INTO hsl.school (id, name, time_zone) VALUES (1, '', 'Europe/Moscow');
INSERT INTO hsl.courses (id, title) VALUES (1, 'Вайб кодинг');
INSERT INTO hsl.course_streams (course_id, course_stream, title) VALUES
  (1, '3rd_stream', '3-й поток'), (1, '4th_stream', '4-й поток'), (1, '5th_stream', '5-й поток');
