-- Answers kept for a day for requests that are sent again with the same Idempotency-Key.
CREATE TABLE idempotency (
  caller TEXT NOT NULL,                                      -- user id
  key TEXT NOT NULL,                                         -- SHA-256 of the key
  request TEXT NOT NULL,                                     -- SHA-256 of method, address and body
  holder TEXT NOT NULL,                                      -- the process that carries it out
  started INTEGER NOT NULL,
  state TEXT NOT NULL,                                       -- running, done (changes are in), answered
  answer TEXT,                                               -- JSON: status, type, headers, body
  PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_started ON idempotency (started);
