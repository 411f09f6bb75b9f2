-- Alerts: who wants to hear of what, what was noticed, and what was sent.

-- Where messages go. A channel belongs to a person, or to the service (owner '').
CREATE TABLE channel (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- email, webhook, syslog
  address TEXT NOT NULL,                 -- kari@example.no, https://..., udp://host:514, tcp://host:601
  format TEXT NOT NULL,                  -- text (email), cloudevents, ocsf (webhook, syslog)
  secret TEXT NOT NULL,                  -- key of a webhook's signature; shown once
  language TEXT NOT NULL DEFAULT 'nb', active INTEGER NOT NULL DEFAULT 1,
  created INTEGER NOT NULL, last_error TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_owner ON channel (owner, id);

CREATE TABLE alert_rule (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL,
  kind TEXT NOT NULL,                    -- see followup/alerts/rule.h
  organisation TEXT NOT NULL,            -- '' for every organisation that the owner sees
  threshold INTEGER NOT NULL,            -- points in cp, days; 0 where the kind has none
  channel TEXT NOT NULL REFERENCES channel (id), pace TEXT NOT NULL,   -- now, daily, weekly
  active INTEGER NOT NULL DEFAULT 1, created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_rule_owner ON alert_rule (owner, id);

-- What the rules compare with: the last two measurements of each organisation.
CREATE TABLE alert_memory (
  organisation TEXT PRIMARY KEY, measured INTEGER NOT NULL, score_cp INTEGER NOT NULL, grade TEXT NOT NULL,
  coverage INTEGER NOT NULL, gate TEXT NOT NULL,
  confirmed_grade TEXT NOT NULL          -- the grade that two measurements in a row have agreed on
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
  organisation TEXT NOT NULL, id TEXT NOT NULL, rule TEXT NOT NULL,
  subject TEXT NOT NULL,                 -- what it is about, so that one event gives one alert for each rule
  kind TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
  delivery TEXT,                         -- the message it went into; none yet: waits for its digest
  PRIMARY KEY (organisation, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX alert_subject ON alert (rule, subject);
CREATE INDEX alert_waiting ON alert (rule) WHERE delivery IS NULL;

-- A message. It is `sending` before the first byte leaves: what a crash interrupts there is `uncertain` and is
-- shown, never sent twice by itself.
CREATE TABLE delivery (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channel (id), owner TEXT NOT NULL,
  state TEXT NOT NULL,                   -- pending, sending, sent, dead, uncertain
  created INTEGER NOT NULL, next_try INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  sent INTEGER, error TEXT NOT NULL DEFAULT '', alerts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_due ON delivery (state, next_try);
CREATE INDEX delivery_owner ON delivery (owner, created);
CREATE INDEX alert_delivery ON alert (delivery) WHERE delivery IS NOT NULL;
