-- Several processes may send at the same time: whose message it is, and until when it is believed to be on its way.
ALTER TABLE delivery ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;
