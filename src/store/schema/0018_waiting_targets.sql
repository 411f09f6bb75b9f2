-- Domains and hosts that somebody wants measured, whose owner is not sure enough: they wait for a proof of ownership or
-- an administrator's word, and nothing is asked of them until then. A refused one stands with its answer until it is
-- withdrawn or asked for again.
CREATE TABLE waiting_target (
  organisation TEXT NOT NULL REFERENCES organisation (id), kind TEXT NOT NULL, name TEXT NOT NULL,
  state TEXT NOT NULL,                                       -- waiting, refused
  asked INTEGER NOT NULL, asked_by TEXT NOT NULL,
  answered INTEGER, answered_by TEXT NOT NULL DEFAULT '', answer TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (organisation, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_target_asked ON waiting_target (asked, organisation, kind, name) WHERE state = 'waiting';

-- The name from its end ("example.no" is "on.elpmaxe"), so that those under a domain are a stretch of an index.
ALTER TABLE target ADD COLUMN backwards TEXT NOT NULL DEFAULT '';
UPDATE target SET backwards = (
  WITH RECURSIVE turned (letter, made) AS (
    SELECT 1, substr(target.name, 1, 1)
    UNION ALL SELECT letter + 1, substr(target.name, letter + 1, 1) || made FROM turned WHERE letter < length(target.name))
  SELECT made FROM turned ORDER BY letter DESC LIMIT 1);
CREATE INDEX target_backwards ON target (backwards, organisation);

-- Who has said that an asset is its own, by the asset.
CREATE INDEX asset_decision_own ON asset_decision (asset, organisation) WHERE state IN ('confirmed', 'added');
