-- What people decide and say about findings. Nothing is deleted: a treatment that is over stays with who, when, why
-- and the hash of its evidence.
CREATE TABLE treatment (
  organisation TEXT NOT NULL REFERENCES organisation (id), finding TEXT NOT NULL, id TEXT NOT NULL,
  kind TEXT NOT NULL,                                        -- acceptance, compensation, dispute
  owner TEXT NOT NULL, reason TEXT NOT NULL, evidence TEXT NOT NULL, evidence_sha256 TEXT NOT NULL,
  created INTEGER NOT NULL, created_by TEXT NOT NULL,
  until_time INTEGER,                                        -- the period ends
  answer INTEGER,                                            -- a dispute is overdue from this second on
  decision TEXT NOT NULL,                                    -- none, approved, declined, upheld, rejected
  decided INTEGER, decided_by TEXT NOT NULL, decision_reason TEXT NOT NULL,
  withdrawn INTEGER, withdrawn_by TEXT NOT NULL,
  changes INTEGER,                                           -- when it changes by itself; the sweep looks here
  PRIMARY KEY (organisation, finding, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX treatment_id ON treatment (id);
CREATE INDEX treatment_changes ON treatment (changes) WHERE changes IS NOT NULL;
CREATE INDEX treatment_kind ON treatment (kind, created);
-- The queue of those who decide.
CREATE INDEX treatment_waiting ON treatment (kind, created, id)
  WHERE decided IS NULL AND withdrawn IS NULL AND kind <> 'acceptance';

-- Who looks after a finding, and until when. No due date: the method's.
CREATE TABLE assignment (
  organisation TEXT NOT NULL REFERENCES organisation (id), finding TEXT NOT NULL,
  assignee TEXT NOT NULL,                                    -- user id; empty: nobody
  due INTEGER,                                               -- the first second after the day, in Oslo
  changed INTEGER NOT NULL, changed_by TEXT NOT NULL,
  PRIMARY KEY (organisation, finding)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_assignee ON assignment (assignee, organisation, finding);
CREATE INDEX assignment_due ON assignment (due, organisation, finding) WHERE due IS NOT NULL;

CREATE TABLE finding_comment (
  organisation TEXT NOT NULL REFERENCES organisation (id), finding TEXT NOT NULL, id TEXT NOT NULL,
  time INTEGER NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (organisation, finding, id)
) STRICT, WITHOUT ROWID;

-- A saved filter is audit evidence: a change makes a new version, and the old ones stay.
CREATE TABLE saved_filter (
  owner TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  name TEXT NOT NULL, filter TEXT NOT NULL,                  -- JSON object
  saved INTEGER NOT NULL, removed INTEGER,
  PRIMARY KEY (owner, id, version)
) STRICT, WITHOUT ROWID;

-- Keys that sign score receipts (Ed25519). The newest signs; all are published, so that old receipts can be checked.
CREATE TABLE receipt_key (
  id TEXT PRIMARY KEY, secret TEXT NOT NULL, open_part TEXT NOT NULL, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lists over many organisations, in the orders people ask for (followup/finding_list.cpp), and the deadlines that the
-- sweep looks for.
CREATE INDEX finding_deadline ON finding (severity, first_seen, organisation, id) WHERE state <> 'fixed';
CREATE INDEX finding_of_check ON finding ("check", severity, first_seen, organisation, id) WHERE state <> 'fixed';
CREATE INDEX finding_of_asset ON finding (asset, organisation, id) WHERE state <> 'fixed';
