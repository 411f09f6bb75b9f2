-- What was measured, judged and scored, with the time it held. Every table that grows has the organisation first in
-- its key, so that a larger database can spread by it. Times are Unix seconds; an interval is [first_seen,
-- last_seen], both measured.
CREATE TABLE organisation (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE measurement (
  organisation TEXT NOT NULL REFERENCES organisation (id), time INTEGER NOT NULL, profile TEXT NOT NULL,
  PRIMARY KEY (organisation, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE asset (
  organisation TEXT NOT NULL REFERENCES organisation (id), id TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  kind TEXT NOT NULL, domain TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, value INTEGER NOT NULL,
  by_provider INTEGER NOT NULL, addresses TEXT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (organisation, id, first_seen)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  organisation TEXT NOT NULL REFERENCES organisation (id), id TEXT NOT NULL,
  kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (organisation, id)
) STRICT;

CREATE TABLE observation (
  organisation TEXT NOT NULL, asset TEXT NOT NULL, evidence TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (organisation, asset, evidence, first_seen),
  FOREIGN KEY (organisation, evidence) REFERENCES evidence (organisation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdict (
  organisation TEXT NOT NULL REFERENCES organisation (id), asset TEXT NOT NULL, "check" TEXT NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  outcome TEXT NOT NULL, reason TEXT NOT NULL, severity TEXT NOT NULL, confidence TEXT NOT NULL,
  detail TEXT NOT NULL, evidence TEXT NOT NULL,
  PRIMARY KEY (organisation, asset, "check", first_seen)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  organisation TEXT NOT NULL REFERENCES organisation (id), id TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding_event (
  organisation TEXT NOT NULL, finding TEXT NOT NULL, time INTEGER NOT NULL,
  change TEXT NOT NULL, reason TEXT NOT NULL,
  after TEXT NOT NULL,
  PRIMARY KEY (organisation, finding, time),
  FOREIGN KEY (organisation, finding) REFERENCES finding (organisation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
  organisation TEXT NOT NULL REFERENCES organisation (id), first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  method TEXT NOT NULL, score_cp INTEGER NOT NULL, grade TEXT NOT NULL, input TEXT NOT NULL, output TEXT NOT NULL,
  PRIMARY KEY (organisation, first_seen)
) STRICT, WITHOUT ROWID;
