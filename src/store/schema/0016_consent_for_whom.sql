-- For which national body a consent is: the organisation that it is, '*' for any, or '' for none (the scopes
-- comparison and active open nothing to anybody; nor do words that fit no organisation). And how it came: 'own', given
-- by a user of the organisation itself, or 'paper', written down by the register's keeper, as all were until now.
ALTER TABLE consent ADD COLUMN body TEXT NOT NULL DEFAULT '';
ALTER TABLE consent ADD COLUMN way TEXT NOT NULL DEFAULT 'paper';

-- Until now words alone said for whom. Where they are the number of an organisation in the register, or the name of
-- just one, it is that one. Other words are kept, and open nothing until the consent is written down anew: who
-- consented to one body did not consent to all.
UPDATE consent SET body = (SELECT o.id FROM organisation o WHERE o.number = replace(consent.recipient, ' ', ''))
  WHERE scope IN ('score', 'findings')
    AND replace(recipient, ' ', '') IN (SELECT number FROM organisation WHERE number IS NOT NULL AND removed IS NULL);
UPDATE consent SET body = (SELECT min(o.id) FROM organisation o WHERE o.name = consent.recipient AND o.removed IS NULL)
  WHERE scope IN ('score', 'findings') AND body = ''
    AND recipient IN (SELECT name FROM organisation WHERE removed IS NULL GROUP BY name HAVING count(*) = 1);

CREATE INDEX consent_opens ON consent (body, organisation) WHERE withdrawn IS NULL AND scope IN ('score', 'findings');
