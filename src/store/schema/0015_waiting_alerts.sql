-- What has waited longest for each rule is found without reading what else waits.
DROP INDEX alert_waiting;
CREATE INDEX alert_waiting ON alert (rule, time) WHERE delivery IS NULL;
