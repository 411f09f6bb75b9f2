-- The register of organisations, and what several rooms share: standings, events, the audit log, settings.
-- Adds to `organisation` of the first migration. Dates are Unix seconds.
ALTER TABLE organisation ADD COLUMN number TEXT;             -- nine digits, mod-11 checked
ALTER TABLE organisation ADD COLUMN municipality TEXT;       -- four digits, "0301"
ALTER TABLE organisation ADD COLUMN county TEXT;             -- two digits
ALTER TABLE organisation ADD COLUMN kostra TEXT;             -- "EKG07"
ALTER TABLE organisation ADD COLUMN sector TEXT;             -- institutional sector code
ALTER TABLE organisation ADD COLUMN population INTEGER;
ALTER TABLE organisation ADD COLUMN employees INTEGER;
ALTER TABLE organisation ADD COLUMN language TEXT;           -- nb, nn, en
ALTER TABLE organisation ADD COLUMN created INTEGER;
ALTER TABLE organisation ADD COLUMN removed INTEGER;         -- left the register; history stays
CREATE UNIQUE INDEX organisation_number ON organisation (number) WHERE number IS NOT NULL;
CREATE INDEX organisation_county ON organisation (county, id);

-- Where measuring starts: domains and hosts given by a person or an import.
CREATE TABLE target (
  organisation TEXT NOT NULL REFERENCES organisation (id), kind TEXT NOT NULL,   -- domain, host
  name TEXT NOT NULL, added INTEGER NOT NULL, added_by TEXT NOT NULL,
  PRIMARY KEY (organisation, kind, name)
) STRICT, WITHOUT ROWID;

-- Who delivers to whom.
CREATE TABLE supply (
  organisation TEXT NOT NULL REFERENCES organisation (id), supplier TEXT NOT NULL REFERENCES organisation (id),
  criticality INTEGER NOT NULL DEFAULT 1,                    -- 1, 2, 4
  since INTEGER, ended INTEGER, note TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation, supplier)
) STRICT, WITHOUT ROWID;
CREATE INDEX supply_supplier ON supply (supplier, organisation);

-- The latest figures of each organisation, in one row: written with every measurement and rescoring in the same
-- transaction, read whole into the columns of the portfolios at start.
CREATE TABLE standing (
  organisation TEXT PRIMARY KEY REFERENCES organisation (id),
  measured INTEGER NOT NULL, score_cp INTEGER NOT NULL, grade TEXT NOT NULL, managed_cp INTEGER NOT NULL,
  coverage INTEGER NOT NULL, low_cp INTEGER NOT NULL, high_cp INTEGER NOT NULL, gate TEXT NOT NULL DEFAULT '',
  assets INTEGER NOT NULL, critical INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL, low INTEGER NOT NULL,
  overdue_days INTEGER NOT NULL,                             -- the most overdue open finding
  checks TEXT NOT NULL                                       -- ids of the checks with open findings, sorted, comma between
) STRICT, WITHOUT ROWID;

-- What happened, numbered without gaps in the order of commit: alerts, live pages and exports read on from the
-- number they reached. Written in the same transaction as what it tells of.
CREATE TABLE event (
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, organisation TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL
) STRICT;
CREATE INDEX event_organisation ON event (organisation, number);

-- Who did what to what: a hash chain (each hash covers the row and the hash before it).
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, address TEXT NOT NULL, action TEXT NOT NULL,
  organisation TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_organisation ON audit (organisation, number);

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;


-- Findings in columns, out of the JSON they were.
ALTER TABLE finding ADD COLUMN asset TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN "check" TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN outcome TEXT NOT NULL DEFAULT 'fail';           -- warn, fail: as last seen
ALTER TABLE finding ADD COLUMN severity TEXT NOT NULL DEFAULT 'info';
ALTER TABLE finding ADD COLUMN confidence TEXT NOT NULL DEFAULT 'confirmed';
ALTER TABLE finding ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN state TEXT NOT NULL DEFAULT 'open';             -- store/finding.h
ALTER TABLE finding ADD COLUMN first_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN closed INTEGER;
ALTER TABLE finding ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;
-- SQLite only: PostgreSQL never held findings of the first version.
UPDATE finding SET
  asset = json_extract(data, '$.asset'), "check" = json_extract(data, '$.check'),
  outcome = json_extract(data, '$.outcome'), severity = json_extract(data, '$.severity'),
  confidence = json_extract(data, '$.confidence'), reason = json_extract(data, '$.reason'),
  state = json_extract(data, '$.state'), first_seen = json_extract(data, '$.first_seen'),
  last_seen = json_extract(data, '$.last_seen'), closed = json_extract(data, '$.closed'),
  reopened = json_extract(data, '$.reopened'), unseen = json_extract(data, '$.unseen');
ALTER TABLE finding DROP COLUMN data;
CREATE INDEX finding_check ON finding ("check", state);
CREATE INDEX finding_state ON finding (organisation, state);
