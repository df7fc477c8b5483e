-- bench: what the generator keeps of its own. The same number of people and the same day give the same school.

CREATE SCHEMA bench;

-- how many people, and the midnight (UTC) up to which they act
CREATE TABLE bench.size (people bigint NOT NULL, until timestamptz NOT NULL);

-- A number in [0, 1) that n and salt decide.
CREATE FUNCTION bench.chance(n bigint, salt bigint) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (hashint8extended(n, salt) & 1073741823)::double precision / 1073741824;

-- How often something happens to n, `mean` times on average, most often seldom and sometimes very often.
CREATE FUNCTION bench.times(n bigint, salt bigint, mean double precision) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN floor(-ln(1 - bench.chance(n, salt)) / ln(1 + 1 / mean))::integer;

CREATE FUNCTION bench.pick(choices text[], chance double precision) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN choices[1 + floor(chance * cardinality(choices))::integer];

-- A moment after somebody came, soon rather than late, never after the end.
CREATE FUNCTION bench.moment(arrived timestamptz, until timestamptz, chance double precision) RETURNS timestamptz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN date_trunc('second', arrived + (until - arrived) * chance * chance * chance);

-- A free lesson every half week for two years, of eight types in turn.
CREATE TABLE bench.lessons (lesson integer PRIMARY KEY, lesson_type text NOT NULL, lesson_date date NOT NULL);

-- Streams as they are in a large school: one that a tenth of all people are in, one mid-sized, many small ones.
CREATE TABLE bench.streams (course_stream text PRIMARY KEY, share double precision NOT NULL, upto double precision);
INSERT INTO bench.streams (course_stream, share) VALUES
  ('3rd_stream', 0.56), ('4th_stream', 0.16), ('5th_stream', 0.05), ('6th_stream', 0.03), ('7th_stream', 0.01),
  ('8th_stream', 0.001);
INSERT INTO bench.streams (course_stream, share)
  SELECT n || 'th_stream', 0.189 / 32 FROM generate_series(9, 40) AS n;
UPDATE bench.streams SET upto = sums.upto
FROM (SELECT course_stream, sum(share) OVER (ORDER BY share DESC, course_stream) AS upto FROM bench.streams) AS sums
WHERE sums.course_stream = streams.course_stream;
