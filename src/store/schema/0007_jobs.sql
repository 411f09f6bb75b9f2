-- Measurements that are wanted, under way and done, and when each organisation is due.
CREATE TABLE job (
  organisation TEXT NOT NULL REFERENCES organisation (id), id TEXT NOT NULL,
  asset TEXT NOT NULL, finding TEXT NOT NULL, profile TEXT NOT NULL, priority INTEGER NOT NULL,
  state TEXT NOT NULL,                  -- queued, running, done, failed
  wanted_by TEXT NOT NULL, created INTEGER NOT NULL, started INTEGER, finished INTEGER,
  lease INTEGER NOT NULL DEFAULT 0,     -- running: whoever runs it says so again before this second
  attempts INTEGER NOT NULL DEFAULT 0,
  progress TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX job_id ON job (id);
-- Wanting the same thing again gives the job there is.
CREATE UNIQUE INDEX job_waiting ON job (organisation, asset, profile) WHERE state = 'queued';
-- One organisation is never measured twice at once.
CREATE UNIQUE INDEX job_running ON job (organisation) WHERE state = 'running';
CREATE INDEX job_queue ON job (state, priority, created);
CREATE INDEX job_history ON job (organisation, created);

CREATE TABLE schedule (
  organisation TEXT PRIMARY KEY REFERENCES organisation (id),
  due INTEGER NOT NULL,                 -- next daily measurement
  full_due INTEGER,                     -- next weekly one with active questions; none without consent
  failures INTEGER NOT NULL DEFAULT 0   -- in a row; the next try waits longer
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule (due);
