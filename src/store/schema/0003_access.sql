-- Users and what they may see; sessions, API tokens, one-time links, login providers. Secrets are hashed (random
-- tokens: SHA-256; passwords: argon2id) or sealed with a key outside the database. Dates are Unix seconds.
CREATE TABLE account (
  id TEXT PRIMARY KEY, login TEXT NOT NULL,                  -- lower case; what is typed to log in
  name TEXT NOT NULL, email TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL, organisation TEXT REFERENCES organisation (id),        -- the user's own, seen whole
  authority INTEGER NOT NULL DEFAULT 0,                      -- sees groups smaller than five
  created INTEGER NOT NULL, created_by TEXT NOT NULL, disabled INTEGER, last_login INTEGER,
  password TEXT, password_changed INTEGER,                   -- argon2id, encoded
  totp TEXT, totp_confirmed INTEGER, totp_step INTEGER NOT NULL DEFAULT 0    -- sealed; last step used
) STRICT;
CREATE UNIQUE INDEX account_login ON account (login);
CREATE INDEX account_organisation ON account (organisation, id);

-- A person at a login provider, by issuer and subject: never by an e-mail address, which others can claim.
CREATE TABLE identity (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL REFERENCES account (id), added INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_account ON identity (account);

CREATE TABLE access_grant (
  organisation TEXT NOT NULL REFERENCES organisation (id), account TEXT NOT NULL REFERENCES account (id),
  detail TEXT NOT NULL,                                      -- score, findings, evidence
  acts INTEGER NOT NULL DEFAULT 0,                           -- may act there as at home
  reason TEXT NOT NULL, granted INTEGER NOT NULL, granted_by TEXT NOT NULL, until INTEGER,
  PRIMARY KEY (organisation, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_grant_account ON access_grant (account, organisation);

CREATE TABLE recovery_code (
  account TEXT NOT NULL REFERENCES account (id), hash TEXT NOT NULL, used INTEGER,
  PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL, account TEXT NOT NULL REFERENCES account (id),
  created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL,
  half INTEGER NOT NULL DEFAULT 0,                           -- waits for the second factor; opens nothing
  way TEXT NOT NULL,                                         -- password, link, oidc
  provider TEXT NOT NULL DEFAULT '', id_token TEXT NOT NULL DEFAULT '',      -- sealed; for logging out there too
  address TEXT NOT NULL, agent TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX session_hash ON session (hash);
CREATE INDEX session_account ON session (account, created);
CREATE INDEX session_expires ON session (expires);

CREATE TABLE api_token (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL, account TEXT NOT NULL REFERENCES account (id), name TEXT NOT NULL,
  scopes TEXT NOT NULL,                                      -- JSON list of permissions
  created INTEGER NOT NULL, expires INTEGER NOT NULL, revoked INTEGER, used INTEGER, used_from TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);
CREATE INDEX api_token_account ON api_token (account, created);

-- first-start, invitation, reset: works once.
CREATE TABLE one_time_link (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL, kind TEXT NOT NULL, account TEXT REFERENCES account (id),
  login TEXT NOT NULL DEFAULT '', role TEXT NOT NULL DEFAULT '', organisation TEXT REFERENCES organisation (id),
  email TEXT NOT NULL DEFAULT '', created INTEGER NOT NULL, created_by TEXT NOT NULL, expires INTEGER NOT NULL, used INTEGER
) STRICT;
CREATE UNIQUE INDEX one_time_link_hash ON one_time_link (hash);

-- Failed logins per (login or prefix) and place. `who` and `place` are keyed hashes.
CREATE TABLE login_failure (
  who TEXT NOT NULL, place TEXT NOT NULL, failures INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (who, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX login_failure_last ON login_failure (last);

CREATE TABLE login_provider (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, issuer TEXT NOT NULL, client TEXT NOT NULL, secret TEXT NOT NULL, -- sealed
  scopes TEXT NOT NULL, acr TEXT NOT NULL DEFAULT '',        -- acr_values asked for, blank between; one must come back
  admits TEXT NOT NULL,                                      -- invited, anyone
  role TEXT NOT NULL DEFAULT '',                             -- of those who come uninvited
  created INTEGER NOT NULL, disabled INTEGER
) STRICT;
