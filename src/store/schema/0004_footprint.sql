-- The footprint: what is known of an organisation beyond its name, what people have decided about its assets,
-- what it has proved to own, and whom we never ask. Decisions are added, never changed: the latest counts.
ALTER TABLE organisation ADD COLUMN form TEXT;               -- legal form of Enhetsregisteret, "KOMM"
ALTER TABLE organisation ADD COLUMN industry TEXT;           -- naeringskode1, "84.110"
ALTER TABLE organisation ADD COLUMN parent TEXT;             -- organisation number of the unit above
ALTER TABLE organisation ADD COLUMN website TEXT;
ALTER TABLE organisation ADD COLUMN bankrupt INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organisation ADD COLUMN winding_up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organisation ADD COLUMN changed INTEGER;
ALTER TABLE organisation ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';  -- folded, in Norwegian order as bytes
UPDATE organisation SET sort_name = lower(name);
CREATE INDEX organisation_sort_name ON organisation (sort_name, id);
CREATE INDEX organisation_kind ON organisation (kind, sort_name, id);
CREATE INDEX organisation_kind_county ON organisation (kind, county, sort_name, id);
DROP INDEX organisation_county;
CREATE INDEX organisation_county ON organisation (county, sort_name, id);
CREATE INDEX organisation_kostra ON organisation (kostra, sort_name, id);
CREATE INDEX organisation_municipality ON organisation (municipality, sort_name, id);
CREATE INDEX organisation_population ON organisation (coalesce(population, -1), id);
CREATE INDEX organisation_employees ON organisation (coalesce(employees, -1), id);
CREATE INDEX organisation_unregistered ON organisation (id) WHERE created IS NULL;
CREATE INDEX standing_score ON standing (score_cp, organisation);

-- What an organisation is found by: words of its name, its number, its domains and hosts.
CREATE TABLE organisation_word (
  organisation TEXT NOT NULL REFERENCES organisation (id), word TEXT NOT NULL,
  PRIMARY KEY (organisation, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX organisation_word_word ON organisation_word (word, organisation);
CREATE INDEX target_name ON target (name, organisation);

CREATE TABLE asset_decision (
  organisation TEXT NOT NULL REFERENCES organisation (id), asset TEXT NOT NULL, number INTEGER NOT NULL,
  state TEXT NOT NULL,                                       -- confirmed, rejected, added, proposed (taken back)
  reason TEXT NOT NULL, evidence TEXT NOT NULL, decided INTEGER NOT NULL, decided_by TEXT NOT NULL,
  before_cp INTEGER, after_cp INTEGER,                       -- the score with the last measurement's figures
  PRIMARY KEY (organisation, asset, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_decision_state ON asset_decision (state, decided);

CREATE TABLE asset_value (
  organisation TEXT NOT NULL REFERENCES organisation (id), asset TEXT NOT NULL, number INTEGER NOT NULL,
  value INTEGER NOT NULL, measured INTEGER NOT NULL,         -- what the rules gave when it was asked for
  state TEXT NOT NULL,                                       -- in-force, waiting, refused
  reason TEXT NOT NULL, asked INTEGER NOT NULL, asked_by TEXT NOT NULL,
  answered INTEGER, answered_by TEXT, answer TEXT NOT NULL DEFAULT '',
  lowered INTEGER NOT NULL, before_cp INTEGER, after_cp INTEGER,
  PRIMARY KEY (organisation, asset, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ownership (
  organisation TEXT NOT NULL REFERENCES organisation (id), domain TEXT NOT NULL,
  token TEXT NOT NULL, asked INTEGER NOT NULL, asked_by TEXT NOT NULL,
  checked INTEGER, method TEXT NOT NULL DEFAULT '',          -- dns, file
  proved INTEGER, evidence TEXT NOT NULL DEFAULT '{}',       -- what was seen, and when
  PRIMARY KEY (organisation, domain)
) STRICT, WITHOUT ROWID;

-- Names, globs, addresses and networks that are never contacted, whoever wants it.
CREATE TABLE opt_out (
  pattern TEXT PRIMARY KEY, reason TEXT NOT NULL, added INTEGER NOT NULL, added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
