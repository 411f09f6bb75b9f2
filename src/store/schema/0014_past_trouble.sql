-- How an organisation stood beside its score at the end of a day: a row where something moved. What is overdue is kept
-- as the day since which it is, so that time alone writes nothing.
CREATE TABLE trouble_past (
  organisation TEXT NOT NULL REFERENCES organisation (id), day INTEGER NOT NULL,
  gated INTEGER NOT NULL,               -- 1: a finding held the score down
  overdue_since INTEGER NOT NULL,       -- the day; 0: nothing was overdue
  PRIMARY KEY (organisation, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX trouble_past_day ON trouble_past (day);
