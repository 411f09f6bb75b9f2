-- Portfolios: named lists and live filters, who shares them, how each organisation stood before, what it depends
-- on, and whether a national body may see its detail.
CREATE TABLE portfolio (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,                   -- list, filter
  filter TEXT NOT NULL DEFAULT '',      -- JSON, of filters
  weight_by TEXT NOT NULL,              -- one, given, inhabitants, employees, criticality
  created INTEGER NOT NULL, changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX portfolio_owner ON portfolio (owner, id);

CREATE TABLE portfolio_member (
  organisation TEXT NOT NULL REFERENCES organisation (id),
  portfolio TEXT NOT NULL REFERENCES portfolio (id) ON DELETE CASCADE,
  weight INTEGER NOT NULL DEFAULT 1, added INTEGER NOT NULL, added_by TEXT NOT NULL,
  PRIMARY KEY (organisation, portfolio)
) STRICT, WITHOUT ROWID;
CREATE INDEX portfolio_member_list ON portfolio_member (portfolio, organisation);

-- With whom: a user's id, or * for everybody. What they see of it is theirs to see anyway.
CREATE TABLE portfolio_share (
  portfolio TEXT NOT NULL REFERENCES portfolio (id) ON DELETE CASCADE, user_id TEXT NOT NULL,
  may_edit INTEGER NOT NULL DEFAULT 0, since INTEGER NOT NULL,
  PRIMARY KEY (portfolio, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX portfolio_share_user ON portfolio_share (user_id, portfolio);

-- How an organisation stood at the end of a day (days since 1970-01-01): a row where something moved. Days older than
-- ninety-two are thinned to weeks.
CREATE TABLE standing_past (
  organisation TEXT NOT NULL REFERENCES organisation (id), day INTEGER NOT NULL,
  score_cp INTEGER NOT NULL, grade TEXT NOT NULL, coverage INTEGER NOT NULL,
  PRIMARY KEY (organisation, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX standing_past_day ON standing_past (day);

-- What an organisation leans on, out of its latest evidence.
CREATE TABLE dependence (
  organisation TEXT NOT NULL REFERENCES organisation (id),
  kind TEXT NOT NULL,                   -- a word of leaning_words (src/portfolio/leaning.h)
  name TEXT NOT NULL, measured INTEGER NOT NULL,
  PRIMARY KEY (organisation, kind, name)
) STRICT, WITHOUT ROWID;

-- Leave, given by the organisation, for a national body to see more than aggregates.
CREATE TABLE consent (
  organisation TEXT NOT NULL REFERENCES organisation (id), id TEXT NOT NULL,
  scope TEXT NOT NULL,                  -- comparison, score, findings
  recipient TEXT NOT NULL,              -- to whom, in words
  given_by TEXT NOT NULL,               -- who at the organisation said so, in words
  recorded_by TEXT NOT NULL,            -- the user who wrote it down
  from_time INTEGER NOT NULL, until_time INTEGER, recorded INTEGER NOT NULL,
  withdrawn INTEGER, withdrawn_by TEXT,
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;
