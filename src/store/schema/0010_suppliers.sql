-- Who says that a supplier is one. Those there were are an administrator's; what a customer's own people add shows
-- them the score alone, and lets them invite nobody.
ALTER TABLE supply ADD COLUMN vouched INTEGER NOT NULL DEFAULT 1;
