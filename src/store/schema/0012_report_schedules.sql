-- Reports that are sent again and again: a board report of an organisation, or the table of a portfolio's members.
CREATE TABLE report_schedule (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL,
  what TEXT NOT NULL,                    -- board, members
  organisation TEXT NOT NULL,            -- of a board report, else ''
  portfolio TEXT NOT NULL,               -- of a table of members, else ''
  pages INTEGER NOT NULL, language TEXT NOT NULL,
  every TEXT NOT NULL,                   -- week, month, quarter
  day INTEGER NOT NULL,                  -- 1 (Monday) to 7, or of the month
  hour INTEGER NOT NULL,                 -- in Oslo
  channel TEXT NOT NULL REFERENCES channel (id),
  active INTEGER NOT NULL DEFAULT 1,
  lost_access INTEGER NOT NULL DEFAULT 0,        -- why it is not active: its owner may no longer have the report
  next_due INTEGER NOT NULL, created INTEGER NOT NULL,
  last_sent INTEGER, last_cp INTEGER,            -- the latest that was sent, and the score in it
  last_method TEXT NOT NULL DEFAULT '',          -- scores of two methods are not compared
  fault TEXT NOT NULL DEFAULT '',                -- what stands in the way of the next: a word of report/schedule.h
  fault_detail TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX report_schedule_owner ON report_schedule (owner, id);
CREATE INDEX report_schedule_due ON report_schedule (active, next_due);
CREATE INDEX report_schedule_channel ON report_schedule (channel);
-- A message that carries such a report; '' for the others. It is `making` before it is `sending`: nothing has left then.
ALTER TABLE delivery ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_schedule ON delivery (schedule, created) WHERE schedule <> '';
