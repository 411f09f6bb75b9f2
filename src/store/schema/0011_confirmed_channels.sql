-- A person's own mail address is confirmed by a link before alerts go there. What is there already goes on.
ALTER TABLE channel ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1;
ALTER TABLE channel ADD COLUMN confirm_hash TEXT NOT NULL DEFAULT '';   -- of the token in the latest letter
ALTER TABLE channel ADD COLUMN confirm_until INTEGER NOT NULL DEFAULT 0;
