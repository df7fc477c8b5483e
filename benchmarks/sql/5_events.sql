-- Ten events a person: everybody has one; the first person has as many as a tenth of the school has people.
-- Bots leave most events but the first without a name.
INSERT INTO public.events (user_id, username, first_name, event_type, created_at, details)
SELECT user_id, CASE WHEN named THEN username END, CASE WHEN named THEN first_name END, event_type, created_at,
       CASE event_type
         WHEN 'lesson_link_clicked' THEN jsonb_build_object('lesson_type', lesson_type, 'lesson_date', lesson_date)
         WHEN 'start_command' THEN jsonb_build_object('source', 'site')
         WHEN 'view_program' THEN jsonb_build_object('course_id', 1)
       END
FROM (
  SELECT people.*, k, k = 1 OR bench.chance(n, 1000 + k) < 0.25 AS named, lesson_type, lesson_date,
         bench.moment(arrived, until, bench.chance(n, 2000000 + k)) AS created_at,
         bench.pick('{start_command,start_command,start_command,view_program,view_program,view_program,'
                    'free_lesson_info_viewed,free_lesson_info_viewed,free_lesson_registration_started,'
                    'free_lesson_registered,free_lesson_registered,free_lesson_reminder_sent,lesson_link_clicked,'
                    'lesson_link_clicked,lesson_link_clicked,booking_created,payment_proof_uploaded,'
                    'booking_status_changed,payment_approved,booking_cancelled,referral_code_used}',
                    bench.chance(n, 4000000 + k)) AS event_type
  FROM bench.people CROSS JOIN (SELECT people AS everybody FROM bench.size) AS size
  CROSS JOIN LATERAL generate_series(1, CASE n WHEN 1 THEN everybody / 10 ELSE 1 + bench.times(n, 12, 9) END) AS k
  JOIN bench.lessons ON lesson = (n * 31 + k) % 209
) AS drawn
ORDER BY created_at, n, k;
