-- bench.people: who they are and when they came, more every month.
CREATE UNLOGGED TABLE bench.people AS
SELECT n, 100000000 + (n * 2654435761) % 7000000000 AS user_id,
       CASE WHEN bench.chance(n, 1) < 0.78 THEN
         bench.pick('{alex,maria,ivan,olga,dmitry,kate,sergey,anna,pavel,elena,max,nastya,artem,vika,leo,nora}',
                    bench.chance(n, 2) ^ 1.5)
         || bench.pick('{_,_dev_,_code_,_art_,_pro_,_vibe_,_fox_,_sky_,.,_one_}', bench.chance(n, 3)) || n
       END AS username,
       CASE WHEN bench.chance(n, 4) < 0.985 THEN
         CASE WHEN bench.chance(n, 5) < 0.62 THEN
           bench.pick('{Анна,Мария,Екатерина,Ольга,Наталья,Елена,Татьяна,Ирина,Алексей,Дмитрий,Сергей,Андрей,Иван,'
                      'Павел,Артём,Максим,Настя,Дарья,Алёна,Егор,Илья,Роман,Кирилл,Фёдор,Айгуль,Жанна}',
                      bench.chance(n, 6) ^ 1.5)
           || CASE WHEN bench.chance(n, 7) < 0.2 THEN ' ' ||
                bench.pick('{Иванова,Смирнов,Кузнецова,Попов,Соколова,Лебедев,Новиков,Морозова,Петров,Волкова}',
                           bench.chance(n, 8)) ELSE '' END
         ELSE bench.pick('{Anna,Maria,Alex,Kate,Olga,Dmitry,Sergey,Ivan,Pavel,Max,Nick,Leo,Emma,Nora,Daniel,Zoë}',
                         bench.chance(n, 6) ^ 1.5) END
       END AS first_name,
       'person' || n || '@example.com' AS email,
       date_trunc('second', size.until - interval '730 days' * (1 - sqrt(bench.chance(n, 9)))) AS arrived,
       until
FROM bench.size, generate_series(1, size.people) AS n;

ANALYZE bench.people;

INSERT INTO bench.lessons
SELECT n, (ARRAY['intro_to_python', 'first_telegram_bot', 'ai_agents', 'advanced_python', 'web_apps', 'databases',
                 'deployment', 'career'])[1 + n % 8],
       (size.until - interval '730 days' + n * interval '84 hours')::date
FROM bench.size, generate_series(0, 208) AS n;
