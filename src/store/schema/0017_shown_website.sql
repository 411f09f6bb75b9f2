-- Words of domains and hosts find an organisation only for those who see its findings. The domain that stands in the
-- record as its website is seen with the score, and is found by: once more among the words, with "=" before it.
INSERT INTO organisation_word (organisation, word)
  SELECT t.organisation, '=' || t.name FROM target t JOIN organisation o ON o.id = t.organisation
  WHERE o.website IS NOT NULL AND lower(o.website) IN (
    t.name, 'www.' || t.name, 'http://' || t.name, 'http://www.' || t.name, 'https://' || t.name,
    'https://www.' || t.name, 'http://' || t.name || '/', 'http://www.' || t.name || '/', 'https://' || t.name || '/',
    'https://www.' || t.name || '/')
  GROUP BY t.organisation, t.name;
